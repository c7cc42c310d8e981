/** The ceilings of this machine, one after the other: what the figures of the modes are held against. */
import type { RedisAddress } from '@heavy-lifter/gateway/redis-address';
import type { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { closedLoop } from '../load/closed-loop.ts';
import { Latency } from '../load/latency.ts';
import type { CeilingName } from './figures.ts';
import { openQueue, QUEUES } from './jobs.ts';
import { roundTripUs } from './round-trip.ts';
import { scriptsPerS } from './scripts.ts';
import { noOpPerS } from './workers.ts';

export interface Bare {
  /** Of `server.ts`, on the cores of the services. */
  readonly url: string;
  readonly redis: RedisAddress;
  /** Seconds of each load, and of the one before it that does not count. */
  readonly loadS: number;
  readonly warmupS: number;
  /** Connections that ask for nothing, and those that add jobs: as in the visits of the modes. */
  readonly connections: number;
  readonly adding: number;
  /** For each worker. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

export type Ceilings = Record<CeilingName, number>;

/** Throws a `Failure` if something of it is not there. */
export async function measureCeilings(bare: Bare): Promise<Ceilings> {
  const { url, redis: address, loadS, jobs, connections, adding, signal } = bare;
  const redis = new Redis({ ...address, commandTimeout: 30_000 });
  // A command that fails says so itself.
  redis.on('error', () => {});
  const queues = {
    accepted: openQueue(QUEUES.accepted, redis),
    scripts: openQueue(QUEUES.scripts, redis),
    nodeWorker: openQueue(QUEUES.nodeWorker, redis),
    rustWorker: openQueue(QUEUES.rustWorker, redis),
  };
  const { rustWorker, ...own } = queues;
  try {
    const roundTrip = await roundTripUs(url, loadS, signal);
    const httpPerS = await answersPerS(bare, '/http', connections);
    const expressPerS = await answersPerS(bare, '/express', connections);
    const acceptedPerS = await answersPerS(bare, '/add', adding);
    const diskUs = await writeUs(redis, loadS, signal);
    const scripts = await scriptsPerS(redis, queues.scripts, address);
    return {
      roundTripUs: roundTrip,
      httpPerS,
      expressPerS,
      acceptedPerS,
      acceptCostUs: 1e6 / acceptedPerS - 1e6 / expressPerS,
      diskUs,
      ...scripts,
      nodeWorkerPerS: await noOpPerS(redis, queues.nodeWorker, jobs, signal),
      rustWorkerPerS: await noOpPerS(redis, rustWorker, jobs, signal),
    };
  } finally {
    // What it could not clear stays in the Redis of this visit's stack, under names that nobody else reads.
    await clear(Object.values(own)).catch(() => undefined);
    // Or the next start would read of every job that there was.
    await redis.bgrewriteaof().catch(() => undefined);
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
  }
}

async function answersPerS({ url, loadS, warmupS, signal }: Bare, path: string, connections: number): Promise<number> {
  await closedLoop({ url, path, connections, durationS: warmupS, signal });
  const { served, seconds } = await closedLoop({ url, path, connections, durationS: loadS, signal });
  // A load that was cut off says nothing.
  signal.throwIfAborted();
  return served / seconds;
}

/** One caller's: whoever waits for an acknowledged job waits for this, and many may share one of them. */
async function writeUs(redis: Redis, durationS: number, signal: AbortSignal): Promise<number> {
  const latency = new Latency();
  for (const end = performance.now() + durationS * 1000; performance.now() < end; ) {
    signal.throwIfAborted();
    const startedAt = performance.now();
    await redis.set('ceilings:write', '1', 'PX', 1000);
    latency.record(performance.now() - startedAt);
  }
  return (latency.summary().p50 ?? 0) * 1000;
}

/** What rust-worker completed goes by the queue's own rules; its queue may hold jobs of others. */
async function clear(queues: readonly Queue[]): Promise<void> {
  for (const queue of queues) await queue.obliterate({ force: true });
}
