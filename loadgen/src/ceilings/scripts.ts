/**
 * How many of BullMQ's two scripts a Redis can run that does nothing else. Real clients call them, so nothing of its
 * protocol is repeated here, and Redis's own clock counts, so that it does not matter how fast a client is. They run
 * here, not on the cores of the services: there they would take turns with the Redis that they measure.
 */
import { once } from 'node:events';
import type { RedisAddress } from '@heavy-lifter/gateway/redis-address';
import { type Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { CONCURRENCY } from './figures.ts';
import { addMany, DONE } from './jobs.ts';

/** Long enough to be past the first calls, which compile and load. */
const JOBS = 5_000;
const WARMUP_JOBS = 500;

export interface ScriptsPerS {
  readonly addPerS: number;
  /** Finishing a job hands over the next one. */
  readonly finishPerS: number;
}

export async function scriptsPerS(redis: Redis, queue: Queue, address: RedisAddress): Promise<ScriptsPerS> {
  await addMany(queue, WARMUP_JOBS);
  const addPerS = await callsPerS(redis, () => addMany(queue, JOBS));
  const worker = new Worker(queue.name, async () => DONE, {
    connection: { ...address, maxRetriesPerRequest: null },
    concurrency: CONCURRENCY,
    autorun: false,
  });
  worker.on('error', () => {});
  await worker.waitUntilReady();
  const finishPerS = await callsPerS(redis, async () => {
    const drained = once(worker, 'drained');
    worker.run().catch(() => undefined);
    await drained;
  });
  await worker.close();
  return { addPerS, finishPerS };
}

/** Calls of scripts in a second of Redis's time. */
async function callsPerS(redis: Redis, work: () => Promise<void>): Promise<number> {
  const before = await evalsha(redis);
  await work();
  const after = await evalsha(redis);
  return ((after.calls - before.calls) / (after.us - before.us)) * 1e6;
}

async function evalsha(redis: Redis): Promise<{ calls: number; us: number }> {
  const [, calls, us] = /^cmdstat_evalsha:calls=(\d+),usec=(\d+)/m.exec(await redis.info('commandstats')) ?? [];
  return { calls: Number(calls ?? 0), us: Number(us ?? 0) };
}
