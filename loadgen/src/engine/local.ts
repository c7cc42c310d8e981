/** The local runner's supervisor, asked over its Unix socket. */
import { rm, writeFile } from 'node:fs/promises';
import { type Dispatcher, Pool } from 'undici';
import { Failure } from '../failure.ts';
import { CpuRates } from './cpu-rates.ts';
import { type DiskState, type Engine, type EngineSettings, type ServiceState, unknown } from './engine.ts';

interface Service {
  readonly name: string;
  readonly state: string;
  readonly since: number;
  readonly pid: number | null;
  readonly restarts: number;
  readonly upSeconds: number;
  readonly rssBytes: number;
  readonly cpu: { readonly seconds: number; readonly at: number } | null;
}

/** At a time: who looks does not wait for what takes long to stop. */
const MAX_CALLS = 8;

/** The supervisor's words for what it does about a service. */
const STATES: Record<string, ServiceState['state']> = {
  healthy: 'running',
  starting: 'starting',
  'waiting to restart': 'starting',
  paused: 'paused',
  'given up': 'stopped',
  stopped: 'stopped',
};

export class LocalEngine implements Engine {
  readonly #supervisor: Pool;
  readonly #diskFaultFile: string | undefined;
  readonly #cpu = new CpuRates();

  constructor({ CONTROL_SOCKET, DISK_FAULT_FILE }: Pick<EngineSettings, 'CONTROL_SOCKET' | 'DISK_FAULT_FILE'>) {
    this.#supervisor = new Pool('http://supervisor', { socketPath: CONTROL_SOCKET, connections: MAX_CALLS });
    this.#diskFaultFile = DISK_FAULT_FILE;
  }

  async signal(service: string, signal: string): Promise<void> {
    await this.#ask('/kill', { service, signal });
  }

  async freeze(service: string, frozen: boolean): Promise<void> {
    await this.signal(service, frozen ? 'STOP' : 'CONT');
  }

  async stop(service: string): Promise<void> {
    await this.#ask('/stop', { service });
  }

  async start(service: string): Promise<void> {
    await this.#ask('/start', { service });
  }

  async starve(): Promise<void> {
    throw new Failure('OOM needs a container: RUNTIME=docker');
  }

  async disk(state: DiskState): Promise<void> {
    if (!this.#diskFaultFile) throw new Failure('a bad disk needs its FAULT= when the stack is started: make down');
    if (state === 'good') await rm(this.#diskFaultFile, { force: true });
    else await writeFile(this.#diskFaultFile, state);
  }

  async run(service: string) {
    const found = (await this.#services()).find(({ name }) => name === service);
    if (!found) throw new Failure(`no service ${service} runs here`);
    return found.pid === null ? undefined : { id: String(found.pid), upS: found.upSeconds };
  }

  async services(names: readonly string[]): Promise<ServiceState[]> {
    const all = new Map((await this.#services()).map((one) => [one.name, one]));
    return names.map((name) => {
      const one = all.get(name);
      return one ? this.#stateOf(one) : unknown(name);
    });
  }

  async close(): Promise<void> {
    await this.#supervisor.destroy();
  }

  #stateOf({ name, state, since, pid, restarts, rssBytes, cpu }: Service): ServiceState {
    const now = { name, state: STATES[state] ?? ('unknown' as const), since, restarts };
    if (!cpu) return { ...now, cpu: null, rssBytes: null };
    return { ...now, cpu: this.#cpu.cores(name, String(pid), cpu), rssBytes };
  }

  async #services(): Promise<Service[]> {
    return (await this.#ask<{ services: Service[] }>('/status')).services;
  }

  async #ask<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    let reply: Dispatcher.ResponseData;
    try {
      reply = await this.#supervisor.request({ method: 'POST', path, query });
    } catch (error) {
      throw new Failure(`no stack runs here: ${(error as Error).message}`);
    }
    const body = await reply.body.json();
    if (reply.statusCode !== 200) throw new Failure((body as { error: string }).error);
    return body as T;
  }
}
