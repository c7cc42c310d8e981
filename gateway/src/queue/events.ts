/** Reads the queue's event stream: which jobs something has happened to. Not BullMQ's QueueEvents, which stops for good at the first error. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { QUEUE_NAME } from '../contract.ts';
import type { QueueConnection } from './connection.ts';
import { causeOf } from './failures.ts';

const KEY = `bull:${QUEUE_NAME}:events`;
/** How long one read waits for something to happen. */
const BLOCK_MS = 1_000;
/** Entries a read, so that a burst does not hold the event loop. */
const BATCH = 1_000;
/** Between two attempts while Redis is away. */
const RETRY_MS = 250;

export class EventReader {
  readonly #connection: QueueConnection;
  readonly #client: Redis;
  readonly #changed: (jobId: string) => void;
  readonly #missed: () => void;
  readonly #logger: Logger;
  #closed = false;
  /** Resolves when reading has begun: what happens from then on is heard of, as far as Redis answers. */
  readonly begun: Promise<void>;

  /** `changed` hears of each job that something happens to; `missed` of the end of a time in which nothing was heard. */
  constructor(connection: QueueConnection, changed: (jobId: string) => void, missed: () => void, logger: Logger) {
    this.#connection = connection;
    this.#changed = changed;
    this.#missed = missed;
    this.#logger = logger;
    this.#client = connection.another(BLOCK_MS);
    const first = this.#newest();
    this.begun = first.then(() => undefined);
    void this.#read(first);
  }

  close(): void {
    this.#closed = true;
    this.#client.disconnect();
  }

  /** Reads on from the newest event there is now: what happens while the connection is made is not missed. */
  async #newest(): Promise<string> {
    return this.#connection.newestEvent().catch(() => '$');
  }

  async #read(first: Promise<string>): Promise<void> {
    for (let id = await first; !this.#closed; ) {
      try {
        const reply = await this.#client.xread('COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', KEY, id);
        for (const [entry, fields] of reply?.[0]?.[1] ?? []) {
          id = entry;
          const job = fields.indexOf('jobId');
          if (job >= 0) this.#changed(fields[job + 1] as string);
        }
      } catch (error) {
        if (this.#closed) return;
        this.#logger.debug({ err: causeOf(error) }, 'no events');
        if (this.#client.status === 'ready') this.#client.disconnect(true);
        await sleep(RETRY_MS);
        id = await this.#newest();
        this.#missed();
      }
    }
  }
}
