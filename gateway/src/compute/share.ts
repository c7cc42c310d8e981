/** Some chunks of a task on the thread that calls it: the code that every JavaScript mode of this process shares. */
import { WorkMeter, type WorkSum } from './work.ts';

export interface Share {
  readonly seed: number;
  /** A chunk each: [from, to). */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Shared with the thread that handed it over; a non-zero first element means: nobody wants this any more. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
  /** What this thread does is added to it. */
  readonly work: WorkSum;
}

export interface ShareResult {
  readonly sum: number;
  /** Ops really done: fewer than asked for after a cancel. */
  readonly count: number;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A kernel: `sumRange` of `../workload.ts`, or another that agrees with it. */
export type SumRange = (seed: number, from: number, to: number) => number;

/** Ops between two looks at the cancel flag, and at least between two entries in the sum of work: at most 20 ms. */
const SLICE = 1 << 24;

/** Milliseconds on the clock that all threads of a process share (`performance.now` starts anew in each). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function runShare(sumRange: SumRange, { seed, ranges, cancelled, work }: Share): ShareResult {
  const startedAt = monotonicMs();
  const meter = new WorkMeter(work);
  let sum = 0;
  let count = 0;
  let metered = 0;
  for (const [from, to] of ranges) {
    let at = from;
    while (at < to && Atomics.load(cancelled, 0) === 0) {
      const end = Math.min(at + SLICE, to);
      sum = (sum + sumRange(seed, at, end)) | 0;
      count += end - at;
      at = end;
      if (count - metered >= SLICE) {
        meter.add(count - metered);
        metered = count;
      }
    }
  }
  if (count > metered) meter.add(count - metered);
  return { sum: sum >>> 0, count, startedAt, endedAt: monotonicMs() };
}
