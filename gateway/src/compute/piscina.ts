import { fileURLToPath } from 'node:url';
import { FixedQueue, Piscina } from 'piscina';
import type { StartThreads } from './pooled.ts';
import type { Share, ShareResult } from './share.ts';

/** Threads that piscina keeps. */
export const piscina: StartThreads = ({ file, argv, threads, maxShares }) => {
  const pool = new Piscina<Share, ShareResult>({
    filename: fileURLToPath(file),
    argv,
    minThreads: threads,
    maxThreads: threads,
    maxQueue: maxShares,
    taskQueue: new FixedQueue(),
    // Else a share that finds no free thread goes to the end again, and all tasks become late together.
    stricterFIFO: true,
  });
  return {
    // Not piscina's own abort: it would terminate a thread that is in the middle of a share.
    run: (share) => pool.run(share),
    count: () => pool.threads.length,
    close: () => pool.destroy(),
  };
};
