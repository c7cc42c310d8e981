/** Jobs a second that a worker does where a job is nothing: from the moment that the last one is added. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { Failure } from '../failure.ts';
import { addMany } from './jobs.ts';

const POLL_MS = 50;
/** A worker that is there needs a second or two. */
const LIMIT_MS = 60_000;

/** Throws a `Failure` if the worker of that queue does not get through `jobs` no-op jobs. */
export async function noOpPerS(redis: Redis, queue: Queue, jobs: number, signal: AbortSignal): Promise<number> {
  await addMany(queue, jobs);
  // The clock of jobs is that of their worker, which is this machine's.
  const addedAt = Date.now();
  await untilDone(queue, signal);
  const completed = queue.toKey('completed');
  const [, last] = await redis.zrange(completed, '-1', '-1', 'WITHSCORES');
  const done = await redis.zcount(completed, `(${addedAt}`, '+inf');
  if (done === 0) throw new Failure(`the worker of ${queue.name} was done before the last job was added`);
  return (done / (Number(last) - addedAt)) * 1000;
}

async function untilDone(queue: Queue, signal: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + LIMIT_MS; ; await sleep(POLL_MS, undefined, { signal })) {
    const { waiting = 0, active = 0 } = await queue.getJobCounts('waiting', 'active');
    if (waiting + active === 0) return;
    if (Date.now() > deadline) throw new Failure(`no worker of ${queue.name} gets through its jobs: ${waiting} wait`);
  }
}
