/** All services of a stack, in the order of their needs, and the bound on their memory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pidusage from 'pidusage';
import { logEvent } from './eventlog.ts';
import { OutputFile } from './output.ts';
import type { Service } from './services.ts';
import { root, runDir } from './settings.ts';
import { Supervised } from './supervised.ts';

/** Often enough that a leak of a gigabyte a second is stopped near its limit. */
const MEMORY_SAMPLE_MS = 250;

export interface ServiceStatus {
  readonly name: string;
  readonly state: string;
  /** When it came into that state: milliseconds since the epoch. */
  readonly since: number;
  readonly pid: number | null;
  readonly restarts: number;
  readonly upSeconds: number;
  readonly rssBytes: number;
  /** What its present process has used, and when that was read: milliseconds since the epoch. */
  readonly cpu: { readonly seconds: number; readonly at: number } | null;
  readonly cpus: string;
  readonly url: string;
}

type Usage = Record<number, { memory: number; ctime: number; timestamp: number } | undefined>;

export class Stack {
  #services: Supervised[];
  /** Of each process, as it was sampled last: bytes, and milliseconds of CPU. */
  #usage: Usage = {};
  readonly #memoryWatch: NodeJS.Timeout;

  constructor(services: readonly Service[]) {
    for (const folder of ['logs', 'redis']) mkdirSync(join(runDir, folder), { recursive: true });
    this.#services = services.map(supervise);
    this.#memoryWatch = setInterval(() => void this.#watchMemory(), MEMORY_SAMPLE_MS);
  }

  /** The services by name, or the only gateway for `gateway`. */
  find(name: string): Supervised | undefined {
    const gateways = this.#services.filter(({ service }) => service.name.startsWith('gateway-'));
    if (name === 'gateway' && gateways.length === 1) return gateways[0];
    return this.#services.find(({ service }) => service.name === name);
  }

  /** Starts each as soon as what it depends on is healthy. Throws the first failure. */
  async start(): Promise<void> {
    const started = new Map<string, Promise<void>>();
    for (const supervised of this.#services) {
      const needs = supervised.service.dependsOn.map((name) => started.get(name));
      started.set(
        supervised.service.name,
        Promise.all(needs).then(() => supervised.start()),
      );
    }
    await Promise.all(started.values());
  }

  /** Adds what is new in the list and ends what is gone from it; the rest is not touched. Throws the first failure. */
  async apply(services: readonly Service[]): Promise<void> {
    const wanted = new Set(services.map(({ name }) => name));
    const gone = this.#services.filter(({ service }) => !wanted.has(service.name));
    const added = services.filter(({ name }) => !this.#services.some(({ service }) => service.name === name));
    this.#services = this.#services.filter((one) => !gone.includes(one));
    const started = added.map(supervise);
    this.#services.push(...started);
    try {
      await Promise.all([...gone.map((one) => one.stop()), ...started.map((one) => one.start())]);
    } catch (error) {
      // Or they would count as being there, and the same wish would find nothing to do.
      this.#services = this.#services.filter((one) => !started.includes(one));
      await Promise.all(started.map((one) => one.stop()));
      throw error;
    }
  }

  /** Ends all, those that depend on others first, and before them who would see it happen. */
  async stop(): Promise<void> {
    clearInterval(this.#memoryWatch);
    const gateways = this.#services.filter(({ service }) => service.name.startsWith('gateway-'));
    const named = (name: string) => this.#services.filter(({ service }) => service.name === name);
    const [live, redis] = [named('live'), named('redis')];
    const others = this.#services.filter((one) => ![...live, ...gateways, ...redis].includes(one));
    for (const group of [live, gateways, others, redis]) await Promise.all(group.map((one) => one.stop()));
  }

  status(): ServiceStatus[] {
    return this.#services.map(({ service, state, paused, since, pid, restarts, upSeconds }) => ({
      name: service.name,
      state: paused ? 'paused' : state,
      since,
      pid: pid ?? null,
      restarts,
      upSeconds,
      rssBytes: this.#usage[pid ?? 0]?.memory ?? 0,
      cpu: cpuOf(this.#usage[pid ?? 0]),
      cpus: service.cpus,
      url: service.url ?? '',
    }));
  }

  /** What a container's memory limit does: the process dies, the report can say of what. */
  async #watchMemory(): Promise<void> {
    const pids = this.#services.flatMap(({ pid }) => pid ?? []);
    // A process that ended in between makes the whole reading fail; the next one is near.
    this.#usage = pids.length > 0 ? await pidusage(pids).catch(() => ({})) : {};
    for (const supervised of this.#services) {
      const { pid, service } = supervised;
      const used = pid === undefined ? undefined : this.#usage[pid]?.memory;
      if (pid === undefined || used === undefined || used <= service.memoryBytes) continue;
      supervised.kill('SIGKILL', 'memory-limit', `${mib(used)} MiB of ${mib(service.memoryBytes)}`);
    }
  }
}

function supervise(service: Service): Supervised {
  const output = new OutputFile(join(runDir, 'logs', `${service.name}.log`));
  return new Supervised(service, root, output, (event, detail) => logEvent(service.name, event, detail));
}

const cpuOf = (usage: Usage[number]) => (usage ? { seconds: usage.ctime / 1000, at: usage.timestamp } : null);

const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
