/** The control: the event loop does the work itself, and everybody else waits. */
import { workload } from '@heavy-lifter/workloads';
import * as kernel from '@heavy-lifter/workloads/js';
import { computeChunked } from '../compute/chunked.ts';
import { runShare } from '../compute/share.ts';
import { newWorkSum, workSoFar } from '../compute/work.ts';
import type { CreateMode } from '../mode.ts';

export const create: CreateMode = () => {
  const work = newWorkSum();

  return {
    maxSize: workload.maxSize.direct,
    run: async (task, { signal }) => ({
      computed: await computeChunked(task, signal, 'js', work, (share) => runShare(kernel, share), 1),
    }),
    notReady: async () => undefined,
    kernelWork: () => workSoFar(work),
    close: async () => {},
  };
};
