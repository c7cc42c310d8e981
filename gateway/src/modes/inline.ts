/** The control: the event loop does the work itself, and everybody else waits. */
import { workload } from '@heavy-lifter/workloads';
import * as kernel from '@heavy-lifter/workloads/js';
import { computeChunked } from '../compute/chunked.ts';
import { runShare, type Share } from '../compute/share.ts';
import { newWorkSum, workSoFar } from '../compute/work.ts';
import type { CreateMode } from '../mode.ts';

export const create: CreateMode = () => {
  const work = newWorkSum();
  // The thread is the event loop's: it keeps its own priority.
  const way = { kernel: 'js', work, nice: 0, run: (share: Share) => runShare(kernel, share), mostShares: 1 };

  return {
    maxSize: workload.maxSize.direct,
    run: async (task, { signal }) => ({
      computed: await computeChunked(task, signal, way),
    }),
    notReady: async () => undefined,
    kernelWork: () => workSoFar(work),
    close: async () => {},
  };
};
