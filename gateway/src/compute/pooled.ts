import { workload } from '@heavy-lifter/workloads';
import { ProblemError } from '../errors.ts';
import type { CreateMode } from '../mode.ts';
import { computeChunked } from './chunked.ts';
import type { Share, ShareResult } from './share.ts';
import { startOf } from './start-thread.ts';
import { newWorkSum, workSoFar } from './work.ts';

/** A fixed number of threads that somebody keeps: what `pooled` needs of a library. */
export interface Threads {
  /** Has a share done by a thread: at once, or in the order of the calls. Rejects if its thread dies. */
  run(share: Share): Promise<ShareResult>;
  /** Those that are alive. */
  count(): number;
  /** Ends them. Called once, when nothing is in hand. */
  close(): Promise<void>;
}

export interface ThreadsSettings {
  /** What a thread starts with: its default export does a share. */
  readonly file: URL;
  /** Its arguments. */
  readonly argv: string[];
  readonly threads: number;
  /** That may wait. Tasks are counted before, so this bound is never the one that is met. */
  readonly maxShares: number;
}

export type StartThreads = (settings: ThreadsSettings) => Threads;

/** A mode of a fixed number of threads that compute with `kernel`, a bounded queue in front of them. */
export const pooled =
  (start: StartThreads, kernel: 'js' | 'wasm-simd'): CreateMode =>
  ({ config: { THREADS, MAX_QUEUE, COMPUTE_NICE } }) => {
    const maxShares = MAX_QUEUE * workload.maxChunks;
    const pool = start({ ...startOf(kernel), threads: THREADS, maxShares });
    const work = newWorkSum();
    // A share for each thread, not a hand-over for each chunk: every one wakes a thread and the event loop, on cores that
    // are busy computing.
    const way = { kernel, work, nice: COMPUTE_NICE, run: (share: Share) => pool.run(share), mostShares: THREADS };
    let inHand = 0;

    return {
      maxSize: workload.maxSize.direct,
      async run(task, { signal }) {
        if (inHand >= MAX_QUEUE) {
          throw new ProblemError('overloaded', `${inHand} tasks are in hand`, { limit: 'MAX_QUEUE' });
        }
        inHand++;
        try {
          return { computed: await computeChunked(task, signal, way) };
        } finally {
          inHand--;
        }
      },
      notReady: async () => undefined,
      full: () => (inHand >= MAX_QUEUE ? 'MAX_QUEUE' : undefined),
      gauges: () => ({ waiting: Math.max(0, inHand - THREADS), threads: pool.count() }),
      kernelWork: () => workSoFar(work),
      close: () => pool.close(),
    };
  };
