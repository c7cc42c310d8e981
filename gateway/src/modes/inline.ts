/** The control: the event loop does the work itself, and everybody else waits. */
import { computeChunked } from '../compute/chunked.ts';
import { runShare } from '../compute/share.ts';
import { newWorkSum, workSoFar } from '../compute/work.ts';
import { MAX_OPS_DIRECT } from '../contract.ts';
import type { CreateMode } from '../mode.ts';
import { sumRange } from '../workload.ts';

export const create: CreateMode = () => {
  const work = newWorkSum();

  return {
    maxOps: MAX_OPS_DIRECT,
    run: async (task, { signal }) => ({
      computed: await computeChunked(task, signal, 'js', work, (share) => runShare(sumRange, share), 1),
    }),
    notReady: async () => undefined,
    kernelWork: () => workSoFar(work),
    close: async () => {},
  };
};
