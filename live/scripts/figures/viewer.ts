/** A page without a browser: it reads its stream, and commands. */
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import type { Command, Hello, Snapshot } from '../../src/contract.ts';

export interface Target {
  readonly origin: string;
  readonly token: string;
}

export class Viewer {
  readonly #target: Target;
  readonly #stream: EventSource;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  hello: Hello | undefined;
  snapshots = 0;

  private constructor(target: Target) {
    this.#target = target;
    const headers = { authorization: `Bearer ${target.token}` };
    this.#stream = new EventSource(`${target.origin}/events`, {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...headers } }),
    });
    this.#stream.addEventListener('hello', ({ data }) => {
      this.hello = JSON.parse(data);
    });
    this.#stream.addEventListener('snapshot', ({ data }) => {
      this.snapshots++;
      if (this.#listeners.size === 0) return;
      const snapshot: Snapshot = JSON.parse(data);
      for (const hear of this.#listeners) hear(snapshot);
    });
  }

  /** Resolves when it has been greeted. */
  static async open(target: Target): Promise<Viewer> {
    const viewer = new Viewer(target);
    while (!viewer.hello) await sleep(20);
    return viewer;
  }

  /** Resolves to milliseconds since the epoch when a snapshot says so; the first of it counts. */
  until(says: (snapshot: Snapshot) => boolean): Promise<number> {
    return new Promise((resolve) => {
      const hear = (snapshot: Snapshot) => {
        if (!says(snapshot)) return;
        this.#listeners.delete(hear);
        resolve(Date.now());
      };
      this.#listeners.add(hear);
    });
  }

  async command(command: Command): Promise<void> {
    const headers = { authorization: `Bearer ${this.#target.token}`, 'content-type': 'application/json' };
    const body = JSON.stringify(command);
    const response = await fetch(`${this.#target.origin}/commands`, { method: 'POST', headers, body });
    if (response.status !== 202) throw new Error(`${command.do}: ${await response.text()}`);
    await response.text();
  }

  /** Resolves when nobody asks and nothing is open. */
  async quiet(): Promise<void> {
    await this.command({ do: 'stop' });
    await this.until(({ lanes }) => lanes.every(({ users, account }) => users === 0 && account.open === 0));
  }

  close(): void {
    this.#stream.close();
  }
}
