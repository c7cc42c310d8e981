/** Jobs that are no work: the same for every worker that is held against another. */

import { JOB_NAME, JOB_OPTIONS, type JobData, QUEUE_NAME } from '@heavy-lifter/gateway/contract';
import { workload } from '@heavy-lifter/workloads';
import { type ConnectionOptions, Queue } from 'bullmq';

/** A queue for each purpose, all on the Redis of the mode `queue`; rust-worker knows only its own. */
export const QUEUES = {
  /** What Express accepts: nobody takes it. */
  accepted: 'ceilings-accepted',
  /** What Redis itself takes is measured on this one. */
  scripts: 'ceilings-scripts',
  nodeWorker: 'ceilings-node-worker',
  rustWorker: QUEUE_NAME,
} as const;

const NO_OP: JobData = { v: 1, ...workload.taskOf(1), requestId: 'ceilings' };
/** What rust-worker would give back, for a worker in Node. */
export const DONE = { ...workload.solve(workload.taskOf(1)), kernel: 'none', timings: { queuedMs: 0, computeMs: 0 } };

export function openQueue(name: string, connection: ConnectionOptions): Queue {
  const queue = new Queue(name, { connection, defaultJobOptions: JOB_OPTIONS });
  // A command that fails says so itself.
  queue.on('error', () => {});
  return queue;
}

/** Adds a no-op job the way a gateway does. */
export const add = (queue: Queue) => queue.add(JOB_NAME, NO_OP);

/** Jobs a round trip: what waits for replies must not fill Redis's buffers. */
const BATCH = 500;

/** Adds so many no-op jobs as fast as one client can. */
export async function addMany(queue: Queue, count: number): Promise<void> {
  for (let left = count; left > 0; left -= BATCH)
    await queue.addBulk(Array.from({ length: Math.min(left, BATCH) }, () => ({ name: JOB_NAME, data: NO_OP })));
}
