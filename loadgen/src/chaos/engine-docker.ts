/** The container engine's API. Its socket is as good as root on the host, so only the profile `chaos` has it. */
import Docker from 'dockerode';
import { Failure } from '../failure.ts';
import type { ChaosConfig } from './config.ts';
import type { Engine } from './engine.ts';

/** Less than any service needs, more than a container needs to be started. */
const STARVING_BYTES = 8 * 2 ** 20;
const POLL_MS = 20;
const STARVE_LIMIT_MS = 10_000;

export class DockerEngine implements Engine {
  readonly #docker: Docker;
  readonly #project: string;

  constructor({ DOCKER_SOCKET, PROJECT }: ChaosConfig) {
    this.#docker = new Docker({ socketPath: DOCKER_SOCKET });
    this.#project = PROJECT;
  }

  /** A kill inside: the engine's own would turn the restart policy off. -1 is everything but the container's init. */
  async signal(service: string, signal: string): Promise<void> {
    const container = await this.#container(service);
    const exec = await container.exec({ Cmd: ['sh', '-c', `kill -s ${signal} -- -1`] });
    await exec.start({ Detach: true });
  }

  async freeze(service: string, frozen: boolean): Promise<void> {
    const container = await this.#container(service);
    await (frozen ? container.pause() : container.unpause());
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

  /** The first of a service's containers. */
  async #container(service: string): Promise<Docker.Container> {
    const label = [`com.docker.compose.project=${this.#project}`, `com.docker.compose.service=${service}`];
    const found = await this.#docker.listContainers({ all: true, filters: { label } });
    const number = ({ Labels }: Docker.ContainerInfo) => Number(Labels['com.docker.compose.container-number']);
    const [first] = found.sort((a, b) => number(a) - number(b));
    if (!first) throw new Failure(`no container of ${service} runs here`);
    return this.#docker.getContainer(first.Id);
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
