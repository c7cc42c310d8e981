import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { runShare, type Share, type ShareResult, type SumRange } from './share.ts';

/** What a thread is started with. `share` only where it lives for one. */
export interface ThreadData {
  readonly computeNice: number;
  readonly share?: Share;
}

/** Makes the calling thread one that computes with `sumRange`. A bare Worker does its share at once, piscina calls what is returned. */
export function computeThread(sumRange: SumRange): (share: Share) => ShareResult {
  const { computeNice, share } = workerData as ThreadData;
  // On Linux "process 0" is the calling thread; elsewhere it is the process, event loop included, so leave it.
  if (process.platform === 'linux') setPriority(0, computeNice);
  if (share) parentPort?.postMessage(runShare(sumRange, share));
  return (share) => runShare(sumRange, share);
}
