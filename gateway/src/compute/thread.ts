import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type Chunk, type ChunkResult, runChunk, type SumRange } from './chunk.ts';

/** What a thread is started with. `chunk` only where it lives for one chunk. */
export interface ThreadData {
  readonly computeNice: number;
  readonly chunk?: Chunk;
}

/** Makes the calling thread one that computes with `sumRange`. A bare Worker does its chunk at once, piscina calls what is returned. */
export function computeThread(sumRange: SumRange): (chunk: Chunk) => ChunkResult {
  const { computeNice, chunk } = workerData as ThreadData;
  // On Linux "process 0" is the calling thread; elsewhere it is the process, event loop included, so leave it.
  if (process.platform === 'linux') setPriority(0, computeNice);
  if (chunk) parentPort?.postMessage(runChunk(sumRange, chunk));
  return (chunk) => runChunk(sumRange, chunk);
}
