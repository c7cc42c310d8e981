/** The entry of a compute thread: piscina calls the default export, a bare Worker finds its chunk in `workerData`. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Chunk, runChunk } from './chunk.ts';

/** What a thread is started with. `chunk` only where it lives for one chunk. */
export interface ThreadData {
  readonly computeNice: number;
  readonly chunk?: Chunk;
}

const { computeNice, chunk } = workerData as ThreadData;

// On Linux "process 0" is the calling thread; elsewhere it is the process, event loop included, so leave it.
if (process.platform === 'linux') setPriority(0, computeNice);
if (chunk) parentPort?.postMessage(runChunk(chunk));

export default runChunk;
