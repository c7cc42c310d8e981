/** The Rust services' kernel and threads without the way there: an addon computes in this process, off the event loop. */
import { workload } from '@heavy-lifter/workloads';
import { computeNative, loadNative } from '../compute/native.ts';
import { ProblemError } from '../errors.ts';
import type { CreateMode } from '../mode.ts';

export const create: CreateMode = ({ config: { KERNEL, THREADS, COMPUTE_NICE, MAX_QUEUE } }) => {
  const { Pool } = loadNative();
  const pool = new Pool(KERNEL, THREADS, COMPUTE_NICE, MAX_QUEUE);

  return {
    maxSize: workload.maxSize.direct,
    async run(task, { signal }) {
      try {
        return { computed: await computeNative(pool, task, signal) };
      } catch (error) {
        throw asRefusal(error);
      }
    },
    notReady: async () => undefined,
    full: () => (pool.inHand >= MAX_QUEUE ? 'MAX_QUEUE' : undefined),
    gauges: () => ({ waiting: Math.max(0, pool.inHand - THREADS), threads: THREADS }),
    kernelWork: () => pool.work,
    close: async () => pool.close(),
  };
};

function asRefusal(error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'QueueFull' ? new ProblemError('overloaded', message, { limit: 'MAX_QUEUE' }) : error;
}
