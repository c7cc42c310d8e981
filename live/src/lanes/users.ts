/** The users of a lane: each asks, waits for its answer and asks again, on a connection of its own. They come and go. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '@heavy-lifter/loadgen/account/ledger';
import { workload } from '@heavy-lifter/workloads';
import { Client } from 'undici';
import type { Books } from './books.ts';
import type { Size } from './kernel.ts';

/** Above the gateway's own limit for an answer. */
const ANSWER_LIMIT_MS = 35_000;
/** After anything but a served answer: a dead server would otherwise be asked some 20,000 times a second. */
const PAUSE_MS = 100;
/** For the answer of a user who leaves. */
const FAREWELL_MS = 1_000;

export const SERVED: ReadonlySet<Outcome> = new Set(['ok', 'accepted']);

interface Parts {
  readonly url: string;
  readonly books: Books;
  /** Hears of each answer. */
  readonly heard: (outcome: Outcome, ms: number) => void;
  /** Whether there is room for one more promise. */
  readonly hasRoom: () => boolean;
}

export class Users {
  readonly #parts: Parts;
  readonly #present: User[] = [];
  /** Nobody asks before it is known for what. */
  size: Size | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#present.length;
  }

  set(count: number): void {
    while (this.#present.length < count) this.#present.push(new User(this.#parts, () => this.size));
    while (this.#present.length > count) void this.#present.pop()?.leave();
  }
}

class User {
  readonly #parts: Parts;
  readonly #client: Client;
  readonly #left = new AbortController();
  readonly #ended: Promise<void>;

  constructor(parts: Parts, size: () => Size | undefined) {
    this.#parts = parts;
    this.#client = new Client(parts.url, { headersTimeout: ANSWER_LIMIT_MS, bodyTimeout: ANSWER_LIMIT_MS });
    this.#ended = this.#live(size);
  }

  /** Resolves when nothing is open any more. */
  async leave(): Promise<void> {
    this.#left.abort();
    await Promise.race([this.#ended, sleep(FAREWELL_MS)]);
    await this.#client.destroy();
  }

  async #live(size: () => Size | undefined): Promise<void> {
    const { signal } = this.#left;
    while (!signal.aborted) {
      const current = size();
      if (current && this.#parts.hasRoom() && (await this.#ask(current))) continue;
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Resolves to whether it was served. */
  async #ask(size: Size): Promise<boolean> {
    const { books, heard } = this.#parts;
    const entry = books.ask(size);
    const startedAt = performance.now();
    try {
      const path = `/blocking?${workload.queryOf(entry.task)}`;
      const { statusCode, body } = await this.#client.request({ method: 'GET', path });
      const outcome = books.answered(entry, statusCode, await body.text());
      heard(outcome, performance.now() - startedAt);
      return SERVED.has(outcome);
    } catch (error) {
      const reason = this.#client.destroyed ? 'user left' : ((error as NodeJS.ErrnoException).code ?? String(error));
      books.lost(entry, reason);
      return false;
    }
  }
}
