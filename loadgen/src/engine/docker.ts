/** The container engine's API. Its socket is as good as root on the host, so only `chaos` and `operator` have it. */
import Docker from 'dockerode';
import { Failure } from '../failure.ts';
import { CpuRates } from './cpu-rates.ts';
import { type Engine, type EngineSettings, type ServiceState, unknown } from './engine.ts';

/** Less than any service needs, more than a container needs to be started. */
const STARVING_BYTES = 8 * 2 ** 20;
const POLL_MS = 20;
const STARVE_LIMIT_MS = 10_000;

export class DockerEngine implements Engine {
  readonly #docker: Docker;
  readonly #project: string;
  readonly #cpu = new CpuRates();
  /** Since when each has been paused, as far as this has seen: an engine does not tell. */
  readonly #pausedSince = new Map<string, number>();

  constructor({ DOCKER_SOCKET, PROJECT }: Pick<EngineSettings, 'DOCKER_SOCKET' | 'PROJECT'>) {
    this.#docker = new Docker({ socketPath: DOCKER_SOCKET });
    this.#project = PROJECT;
  }

  /** A kill inside: the engine's own would turn the restart policy off. -1 is everything but the container's init. */
  async signal(service: string, signal: string): Promise<void> {
    const container = await this.#container(service);
    // Nothing can be run in one that is paused.
    if ((await container.inspect()).State.Paused) await container.unpause();
    const exec = await container.exec({ Cmd: ['sh', '-c', 'kill -s "$1" -- -1', 'kill', signal] });
    await exec.start({ Detach: true });
  }

  async freeze(service: string, frozen: boolean): Promise<void> {
    const container = await this.#container(service);
    await (frozen ? container.pause() : container.unpause());
  }

  async stop(service: string): Promise<void> {
    await unlessSo((await this.#container(service)).stop());
  }

  async start(service: string): Promise<void> {
    await unlessSo((await this.#container(service)).start());
  }

  async starve(service: string): Promise<void> {
    const container = await this.#container(service);
    const { HostConfig } = await container.inspect();
    const before = await this.run(service);
    const deadline = Date.now() + STARVE_LIMIT_MS;
    try {
      while ((await this.run(service))?.id === before?.id) {
        if (Date.now() > deadline) throw new Failure(`${service} lives on with what memory it has`);
        await tighten(container);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    } finally {
      await container.update({ Memory: HostConfig.Memory, MemorySwap: HostConfig.MemorySwap });
    }
  }

  async disk(): Promise<void> {
    throw new Failure('SLOW_DISK and FULL_DISK need processes: RUNTIME=local');
  }

  async run(service: string) {
    const container = await this.#container(service);
    const { State } = await container.inspect();
    if (!State.Running || State.Restarting) return undefined;
    return { id: `${State.Pid} ${State.StartedAt}`, upS: (Date.now() - Date.parse(State.StartedAt)) / 1000 };
  }

  async services(names: readonly string[]): Promise<ServiceState[]> {
    const all = await this.#list([]);
    return Promise.all(
      names.map(async (name) => {
        const one = all.find(({ Labels }) => Labels['com.docker.compose.service'] === name);
        // It may be gone by now.
        return one ? this.#stateOf(name, this.#docker.getContainer(one.Id)).catch(() => unknown(name)) : unknown(name);
      }),
    );
  }

  async close(): Promise<void> {}

  async #stateOf(name: string, container: Docker.Container): Promise<ServiceState> {
    const { State, RestartCount: restarts } = await container.inspect();
    const state = stateOf(State);
    if (state !== 'paused') this.#pausedSince.delete(name);
    else if (!this.#pausedSince.has(name)) this.#pausedSince.set(name, Date.now());
    const ended = { name, state, restarts, since: Date.parse(State.FinishedAt), cpu: null, rssBytes: null };
    if (state !== 'running' && state !== 'paused') return ended;
    const { read, cpu_stats, memory_stats } = await container.stats({ stream: false, 'one-shot': true });
    const memory: { rss?: number; anon?: number } | undefined = memory_stats.stats;
    return {
      ...ended,
      since: this.#pausedSince.get(name) ?? Date.parse(State.StartedAt),
      cpu: this.#cpu.cores(name, State.StartedAt, {
        seconds: cpu_stats.cpu_usage.total_usage / 1e9,
        at: Date.parse(read),
      }),
      // Of cgroup v1, and of v2.
      rssBytes: memory?.rss ?? memory?.anon ?? null,
    };
  }

  /** The first of a service's containers. */
  async #container(service: string): Promise<Docker.Container> {
    const [first] = await this.#list([`com.docker.compose.service=${service}`]);
    if (!first) throw new Failure(`no container of ${service} runs here`);
    return this.#docker.getContainer(first.Id);
  }

  /** Our containers, in the order of their numbers. */
  async #list(labels: string[]): Promise<Docker.ContainerInfo[]> {
    const label = [`com.docker.compose.project=${this.#project}`, ...labels];
    const found = await this.#docker.listContainers({ all: true, filters: { label } });
    const number = ({ Labels }: Docker.ContainerInfo) => Number(Labels['com.docker.compose.container-number']);
    return found.sort((a, b) => number(a) - number(b));
  }
}

/**
 * cgroup v2 takes any limit and makes room by a kill. v1 refuses one below what is in use, so there the limit is what is
 * in use: the next growth is the last.
 */
async function tighten(container: Docker.Container): Promise<void> {
  const limit = async (bytes: number) => container.update({ Memory: bytes, MemorySwap: bytes });
  try {
    await limit(STARVING_BYTES);
  } catch {
    const { memory_stats } = await container.stats({ stream: false, 'one-shot': true });
    // Refused if it has grown meanwhile: the next time, then.
    await limit(memory_stats.usage).catch(() => {});
  }
}

function stateOf({ Running, Paused, Restarting }: Docker.ContainerInspectInfo['State']): ServiceState['state'] {
  if (Paused) return 'paused';
  if (Restarting) return 'starting';
  return Running ? 'running' : 'stopped';
}

/** What is so already an engine answers with 304. */
async function unlessSo(asked: Promise<unknown>): Promise<void> {
  await asked.catch((error) => {
    if (error.statusCode !== 304) throw error;
  });
}
