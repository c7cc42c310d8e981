/** The queue's event stream, read only while a job is followed: BullMQ writes it anyway, nothing more is written. */
import { setTimeout as sleep } from 'node:timers/promises';
import { QUEUE_NAME } from '@heavy-lifter/gateway/contract';
import type { RedisAddress } from '@heavy-lifter/gateway/redis-address';
import { Redis } from 'ioredis';

const KEY = `bull:${QUEUE_NAME}:events`;
const BLOCK_MS = 500;
const BATCH = 1_000;
const RETRY_MS = 250;

export interface JobEvent {
  /** When Redis wrote it: milliseconds since the epoch. */
  readonly at: number;
  /** BullMQ's own word: `waiting`, `active`, `stalled`, `completed` and others. */
  readonly event: string;
  readonly jobId: string;
}

export class JobEvents {
  readonly #redis: Redis;
  #from: string | undefined;

  constructor(address: RedisAddress) {
    // A paused Redis answers when it goes on; a command is not to wait for one that is away.
    this.#redis = new Redis({ ...address, maxRetriesPerRequest: 0, retryStrategy: () => RETRY_MS });
    this.#redis.on('error', () => {});
  }

  /** What happens from now on is heard of; resolves to the entry before it. */
  async begin(): Promise<string> {
    const [newest] = await this.#redis.xrevrange(KEY, '+', '-', 'COUNT', 1);
    this.#from = newest?.[0] ?? '0-0';
    return this.#from;
  }

  /** Reads on until `signal`, across outages: the stream is kept. */
  async read(heard: (event: JobEvent) => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const from = this.#from ?? (await this.begin());
        const reply = await this.#redis.xread('COUNT', BATCH, 'BLOCK', BLOCK_MS, 'STREAMS', KEY, from);
        for (const [id, fields] of reply?.[0]?.[1] ?? []) {
          this.#from = id;
          const of = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
          heard({ at: Number.parseInt(id, 10), event: of('event'), jobId: of('jobId') });
        }
      } catch {
        await sleep(RETRY_MS);
      }
    }
  }

  close(): void {
    this.#redis.disconnect();
  }
}
