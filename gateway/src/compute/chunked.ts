import { type Task, workload } from '@heavy-lifter/workloads';
import type { Computed } from '../contract.ts';
import { monotonicMs, type Share, type ShareResult } from './share.ts';
import type { WorkSum } from './work.ts';

/** How a mode has the chunks of a task done. */
export interface Way {
  /** What computes, as answers name it. */
  readonly kernel: string;
  /** What the threads do is added to it. */
  readonly work: WorkSum;
  /** Of threads that are there to compute. */
  readonly nice: number;
  readonly run: (share: Share) => Promise<ShareResult> | ShareResult;
  /** In how many shares a task is done at most; by default in as many as it has chunks. */
  readonly mostShares?: number;
}

/**
 * Splits a task, has its chunks done, and merges what they come to. On abort, or when one share fails, chunks that have
 * not started do nothing and running ones stop at their next slice. Throws the signal's reason or the failure.
 */
export async function computeChunked(
  task: Task,
  signal: AbortSignal,
  { kernel, work, nice, run, mostShares = workload.maxChunks }: Way,
): Promise<Computed> {
  const handedOverAt = monotonicMs();
  const cancelled = new Int32Array(new SharedArrayBuffer(4));
  const cancel = () => Atomics.store(cancelled, 0, 1);
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const done = await Promise.all(
      split(workload.partsOf(task), mostShares).map(async (parts) => run({ parts, cancelled, work, nice })),
    );
    signal.throwIfAborted();
    const startedAt = Math.min(...done.map((share) => share.startedAt));
    const endedAt = Math.max(...done.map((share) => share.endedAt));
    return {
      ...workload.answerOf(workload.merge(done.map(({ result }) => result))),
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

/** Neighbours together, in at most `most` shares that differ by one chunk at most. */
function split<T>(chunks: readonly T[], most: number): T[][] {
  const shares = Math.min(most, chunks.length);
  const edge = (k: number) => Math.floor((k * chunks.length) / shares);
  return Array.from({ length: shares }, (_, k) => chunks.slice(edge(k), edge(k + 1)));
}
