/** The local runner's supervisor, asked over its Unix socket. */
import { rm, writeFile } from 'node:fs/promises';
import { Client, type Dispatcher } from 'undici';
import { Failure } from '../failure.ts';
import type { ChaosConfig } from './config.ts';
import type { DiskState, Engine } from './engine.ts';

interface Service {
  readonly name: string;
  readonly pid: number | null;
  readonly upSeconds: number;
}

export class LocalEngine implements Engine {
  readonly #supervisor: Client;
  readonly #diskFaultFile: string | undefined;

  constructor({ CONTROL_SOCKET, DISK_FAULT_FILE }: ChaosConfig) {
    this.#supervisor = new Client('http://supervisor', { socketPath: CONTROL_SOCKET });
    this.#diskFaultFile = DISK_FAULT_FILE;
  }

  async signal(service: string, signal: string): Promise<void> {
    await this.#ask(`/kill?service=${service}&signal=${signal}`);
  }

  async freeze(service: string, frozen: boolean): Promise<void> {
    await this.signal(service, frozen ? 'STOP' : 'CONT');
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
    const { services } = await this.#ask<{ services: Service[] }>('/status');
    const found = services.find(({ name }) => name === service);
    if (!found) throw new Failure(`no service ${service} runs here`);
    return found.pid === null ? undefined : { id: String(found.pid), upS: found.upSeconds };
  }

  async #ask<T>(path: string): Promise<T> {
    let reply: Dispatcher.ResponseData;
    try {
      reply = await this.#supervisor.request({ method: 'POST', path });
    } catch (error) {
      throw new Failure(`no stack runs here: ${(error as Error).message}`);
    }
    const body = await reply.body.json();
    if (reply.statusCode !== 200) throw new Failure((body as { error: string }).error);
    return body as T;
  }
}
