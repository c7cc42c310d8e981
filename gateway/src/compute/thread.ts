import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Kernel, runShare, type Share, type ShareResult } from './share.ts';

/** What a thread is started with. `share` only where it lives for one. */
export interface ThreadData {
  readonly computeNice: number;
  readonly share?: Share;
}

/** Makes the calling thread one that computes with `kernel`. A bare Worker does its share at once, piscina calls what is returned. */
export function computeThread(kernel: Kernel): (share: Share) => ShareResult {
  const { computeNice, share } = workerData as ThreadData;
  // On Linux "process 0" is the calling thread; elsewhere it is the process, event loop included, so leave it.
  if (process.platform === 'linux') setPriority(0, computeNice);
  if (share) parentPort?.postMessage(runShare(kernel, share));
  return (share) => runShare(kernel, share);
}
