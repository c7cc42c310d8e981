import type { Computed } from '../contract.ts';
import { chunkRanges, type Task, toHex } from '../workload.ts';
import { type Chunk, type ChunkResult, monotonicMs } from './chunk.ts';

/**
 * Splits a task, has each chunk run by `run` with `kernel`, and combines the sums. On abort, or when one chunk fails, chunks that
 * have not started do nothing and running ones stop at their next slice. Throws the signal's reason or the failure.
 */
export async function computeChunked(
  task: Task,
  signal: AbortSignal,
  kernel: string,
  run: (chunk: Chunk) => Promise<ChunkResult> | ChunkResult,
): Promise<Computed> {
  const handedOverAt = monotonicMs();
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => Atomics.store(cancelled, 0, 1);
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const done = await Promise.all(
      chunkRanges(task).map(async ([from, to]) => run({ seed: task.seed, from, to, cancelled })),
    );
    signal.throwIfAborted();
    const startedAt = Math.min(...done.map((chunk) => chunk.startedAt));
    const endedAt = Math.max(...done.map((chunk) => chunk.endedAt));
    return {
      checksum: toHex(done.reduce((sum, chunk) => (sum + chunk.sum) | 0, 0) >>> 0),
      count: done.reduce((count, chunk) => count + chunk.count, 0),
      kernel,
      timings: { queuedMs: Math.max(0, startedAt - handedOverAt), computeMs: endedAt - startedAt },
    };
  } catch (error) {
    cancel();
    throw error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
