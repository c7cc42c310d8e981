/** The queue behind the gateway, read from Redis: what is done, what is left, and the end of what is left. */
import { setTimeout as sleep } from 'node:timers/promises';
import { QUEUE_NAME } from '@heavy-lifter/gateway/contract';
import { type RedisAddress, redisName } from '@heavy-lifter/gateway/redis-address';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { Failure } from '../failure.ts';
import { FIELDS, type StoredJob, stored } from './stored-job.ts';

/** Jobs a round trip: one call for all of them would hold Redis, and with it every lock renewal. */
const BATCH = 500;
const POLL_MS = 250;
/** Soon enough to tell when a Redis is back. */
const RECONNECT_MS = 50;
/** For the jobs in hand when the rest is cleared. */
const IN_HAND_LIMIT_S = 10;

export class Backlog {
  readonly #redis: Redis;
  readonly #queue: Queue;

  private constructor(redis: Redis) {
    this.#redis = redis;
    this.#queue = new Queue(QUEUE_NAME, { connection: redis, skipMetasUpdate: true });
    this.#queue.on('error', () => {});
  }

  /** Throws a `Failure` when there is no Redis: BullMQ itself would wait for it for ever. */
  static async open(address: RedisAddress): Promise<Backlog> {
    const redis = new Redis({
      ...address,
      maxRetriesPerRequest: 3,
      // An attempt that hangs must not hide that Redis is back.
      connectTimeout: 500,
      commandTimeout: 30_000,
      retryStrategy: () => RECONNECT_MS,
    });
    let last: Error | undefined;
    redis.on('error', (error) => {
      last = error;
    });
    try {
      await redis.ping();
    } catch (error) {
      redis.disconnect();
      throw new Failure(`Redis at ${redisName(address)} does not answer: ${(last ?? (error as Error)).message}`);
    }
    return new Backlog(redis);
  }

  /** Jobs accepted and not completed, whoever asked for them. */
  async size(): Promise<number> {
    const counts = await this.#queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).reduce((sum, n) => sum + n, 0);
  }

  /** The ids of the jobs that workers have in hand. */
  async active(): Promise<string[]> {
    return this.#redis.lrange(this.#queue.toKey('active'), 0, -1);
  }

  /** Whether Redis takes commands now. */
  async answers(): Promise<boolean> {
    return this.#redis.status === 'ready' && (await this.#redis.ping().catch(() => '')) === 'PONG';
  }

  async serverInfo(): Promise<string> {
    return this.#redis.info();
  }

  /** Waits until nothing is left, at most `limitS`. Resolves to the seconds it took and what is left. */
  async drain(
    limitS: number,
    signal: AbortSignal,
    report: (left: number) => void,
  ): Promise<{ seconds: number; left: number }> {
    const startedAt = performance.now();
    for (;;) {
      const left = await this.size();
      const seconds = (performance.now() - startedAt) / 1000;
      report(left);
      if (left === 0 || seconds >= limitS || signal.aborted) return { seconds, left };
      await sleep(POLL_MS);
    }
  }

  /** The jobs with these ids, so many a round trip. */
  async *lookUp(ids: Iterable<string>, size = BATCH): AsyncGenerator<StoredJob> {
    for (const batch of batches(ids, size)) {
      const pipeline = this.#redis.pipeline();
      for (const id of batch) pipeline.hmget(this.#queue.toKey(id), ...FIELDS);
      for (const [index, [error, fields]] of ((await pipeline.exec()) ?? []).entries()) {
        if (error) throw new Failure(`Redis: ${error.message}`);
        yield stored(batch[index] as string, fields as (string | null)[]);
      }
    }
  }

  /**
   * Every job that ended since `sinceMs`, and from when on that is all of them: Redis keeps completed jobs for a while
   * only.
   */
  async endedSince(sinceMs: number): Promise<{ jobs: StoredJob[]; since: number }> {
    const [completed, failed] = this.#ended;
    const [, oldest] = await this.#redis.zrange(completed, '0', '0', 'WITHSCORES');
    const since = Math.max(sinceMs, Number(oldest ?? 0));
    const ids: string[] = [];
    for (const key of [completed, failed])
      ids.push(...(await this.#redis.zrange(key, String(since), '+inf', 'BYSCORE')));
    const jobs: StoredJob[] = [];
    for await (const job of this.lookUp(ids)) jobs.push(job);
    return { jobs, since };
  }

  /** How many jobs ended later than `from` and not after `to`; milliseconds since the epoch, here and below. */
  async countEnded(from: number, to: number): Promise<number> {
    const counts = await Promise.all(this.#ended.map((key) => this.#redis.zcount(key, `(${from}`, to)));
    return counts.reduce((sum, n) => sum + n, 0);
  }

  /** The ids of those. */
  async idsEnded(from: number, to: number): Promise<string[]> {
    return (
      await Promise.all(this.#ended.map((key) => this.#redis.zrange(key, `(${from}`, String(to), 'BYSCORE')))
    ).flat();
  }

  /** Whether completed jobs that ended after `from` may be gone: Redis keeps `keeps` of them, and the oldest go first. */
  async hasForgotten(from: number, keeps: number): Promise<boolean> {
    const [completed] = this.#ended;
    const [count, [, oldest]] = await Promise.all([
      this.#redis.zcard(completed),
      this.#redis.zrange(completed, '0', '0', 'WITHSCORES'),
    ]);
    return count >= keeps && Number(oldest) > from;
  }

  /** When jobs were completed, later than `from` and not after `to`; all in milliseconds since the epoch. */
  async completions(from: number, to: number): Promise<number[]> {
    const [completed] = this.#ended;
    const found = await this.#redis.zrange(completed, `(${from}`, String(to), 'BYSCORE', 'WITHSCORES');
    return found.filter((_, index) => index % 2 === 1).map(Number);
  }

  /** A write that is answered when it is on the disk; resolves to the milliseconds it took. */
  async writeMs(): Promise<number> {
    const startedAt = performance.now();
    await this.#redis.set('chaos:write', '1', 'PX', 1);
    return performance.now() - startedAt;
  }

  /**
   * Removes jobs that nobody will wait for. Where the queue holds only this run's (`ids` undefined) whole batches go at
   * once, else one by one; jobs in hand are left to their worker. Completed ones go by the queue's own rules, in an hour.
   * Resolves to how many went.
   */
  async clear(ids?: Iterable<string>): Promise<number> {
    let removed = 0;
    for (const batch of batches(ids ?? [], BATCH))
      for (const gone of await Promise.all(batch.map((id) => this.#queue.remove(id)))) removed += gone;
    if (ids) return removed;
    for (const state of ['wait', 'delayed'] as const) {
      let gone: number;
      do removed += gone = (await this.#queue.clean(0, BATCH, state)).length;
      while (gone === BATCH);
    }
    return removed;
  }

  /** Waits for the jobs in hand, at most some seconds. Resolves to how many are left. */
  async untilIdle(signal: AbortSignal): Promise<number> {
    return (await this.drain(IN_HAND_LIMIT_S, signal, () => {})).left;
  }

  /** Has Redis write its file anew, which tells of every job and is read at a start. Refused while it does so already. */
  async compact(): Promise<void> {
    await this.#redis.bgrewriteaof().catch(() => undefined);
  }

  /** The keys of the sorted sets of ended jobs, whose scores are the times of their ends. */
  get #ended(): readonly [string, string] {
    return [this.#queue.toKey('completed'), this.#queue.toKey('failed')];
  }

  async close(): Promise<void> {
    await this.#queue.close();
    this.#redis.disconnect();
  }
}

function* batches(items: Iterable<string>, size: number): Generator<string[]> {
  let batch: string[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
