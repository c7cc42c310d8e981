import type { Computed } from '../contract.ts';
import { chunkRanges, type Task, toHex } from '../workload.ts';
import { monotonicMs, type Share, type ShareResult } from './share.ts';
import type { WorkSum } from './work.ts';

/**
 * Splits a task, has its chunks run by `run` with `kernel` in as many shares as there are `hands`, and combines the
 * sums. What the threads do is added to `work`. On abort, or when one share fails, chunks that have not started do nothing
 * and running ones stop at their next slice. Throws the signal's reason or the failure.
 */
export async function computeChunked(
  task: Task,
  signal: AbortSignal,
  kernel: string,
  work: WorkSum,
  run: (share: Share) => Promise<ShareResult> | ShareResult,
  hands = task.chunks,
): Promise<Computed> {
  const handedOverAt = monotonicMs();
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => Atomics.store(cancelled, 0, 1);
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const done = await Promise.all(
      dealt(chunkRanges(task), hands).map(async (ranges) => run({ seed: task.seed, ranges, cancelled, work })),
    );
    signal.throwIfAborted();
    const startedAt = Math.min(...done.map((share) => share.startedAt));
    const endedAt = Math.max(...done.map((share) => share.endedAt));
    return {
      checksum: toHex(done.reduce((sum, share) => (sum + share.sum) | 0, 0) >>> 0),
      count: done.reduce((count, share) => count + share.count, 0),
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

/** Neighbours together, in at most `hands` shares that differ by one chunk at most. */
function dealt<T>(chunks: readonly T[], hands: number): T[][] {
  const shares = Math.min(hands, chunks.length);
  const edge = (k: number) => Math.floor((k * chunks.length) / shares);
  return Array.from({ length: shares }, (_, k) => chunks.slice(edge(k), edge(k + 1)));
}
