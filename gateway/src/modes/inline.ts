/** The control: the event loop does the work itself, and everybody else waits. */
import { computeChunked } from '../compute/chunked.ts';
import { runShare } from '../compute/share.ts';
import { MAX_OPS_DIRECT } from '../contract.ts';
import type { CreateMode } from '../mode.ts';
import { sumRange } from '../workload.ts';

export const create: CreateMode = () => ({
  maxOps: MAX_OPS_DIRECT,
  computesHere: true,
  run: async (task, { signal }) => ({
    computed: await computeChunked(task, signal, 'js', (share) => runShare(sumRange, share)),
  }),
  notReady: async () => undefined,
  close: async () => {},
});
