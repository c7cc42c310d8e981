import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Kernel, runShare, type Share, type ShareResult } from './share.ts';

/** What a bare Worker is started with, which lives for one share. */
export interface ThreadData {
  readonly share: Share;
}

/** Makes the calling thread one that computes with `kernel`. A bare Worker does its share at once, a pool calls what is returned. */
export function computeThread(kernel: Kernel): (share: Share) => ShareResult {
  let isLowered = false;
  const run = (share: Share) => {
    // It comes with the work: what a thread is started with some libraries wrap, and a priority that nobody set is the usual one.
    if (!isLowered) lower(share.nice);
    isLowered = true;
    return runShare(kernel, share);
  };
  // Whatever a pool put there instead, it is no share.
  const { share } = (workerData ?? {}) as Partial<ThreadData>;
  if (share) parentPort?.postMessage(run(share));
  return run;
}

/** On Linux "process 0" is the calling thread; elsewhere it is the process, event loop included, so leave it. */
function lower(nice: number): void {
  if (process.platform === 'linux') setPriority(0, nice);
}
