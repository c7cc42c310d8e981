import { fileURLToPath } from 'node:url';
import { workload } from '@heavy-lifter/workloads';
import { FixedQueue, Piscina } from 'piscina';
import { ProblemError } from '../errors.ts';
import type { CreateMode } from '../mode.ts';
import { computeChunked } from './chunked.ts';
import { threadFile } from './file.ts';
import type { Share, ShareResult } from './share.ts';
import type { ThreadData } from './thread.ts';
import { newWorkSum, workSoFar } from './work.ts';

/** A mode of a fixed number of piscina's threads that compute with `kernel`, a bounded queue in front of them. */
export const pooled =
  (kernel: string): CreateMode =>
  ({ config: { THREADS, MAX_QUEUE, COMPUTE_NICE } }) => {
    const workerData: ThreadData = { computeNice: COMPUTE_NICE };
    const pool = new Piscina<Share, ShareResult>({
      filename: fileURLToPath(threadFile(kernel)),
      minThreads: THREADS,
      maxThreads: THREADS,
      // Tasks are admitted below, by MAX_QUEUE; this one counts shares and must never be the first to refuse.
      maxQueue: MAX_QUEUE * workload.maxChunks,
      taskQueue: new FixedQueue(),
      // Else a share that finds no free thread goes to the end again, and all tasks become late together.
      stricterFIFO: true,
      workerData,
    });
    const work = newWorkSum();
    let inHand = 0;

    return {
      maxSize: workload.maxSize.direct,
      async run(task, { signal }) {
        if (inHand >= MAX_QUEUE) {
          throw new ProblemError('overloaded', `${inHand} tasks are in hand`, { limit: 'MAX_QUEUE' });
        }
        inHand++;
        try {
          // Not piscina's own abort: it would terminate a thread that is in the middle of a share.
          // A share for each thread, not a hand-over for each chunk: every one wakes a thread and the event loop, on cores
          // that are busy computing.
          return { computed: await computeChunked(task, signal, kernel, work, (share) => pool.run(share), THREADS) };
        } finally {
          inHand--;
        }
      },
      notReady: async () => undefined,
      full: () => (inHand >= MAX_QUEUE ? 'MAX_QUEUE' : undefined),
      gauges: () => ({ waiting: Math.max(0, inHand - THREADS), threads: pool.threads.length }),
      kernelWork: () => workSoFar(work),
      close: () => pool.destroy(),
    };
  };
