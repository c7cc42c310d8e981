/** Some chunks of a task on the thread that calls it: the code that every JavaScript mode of this process shares. */
import type { Part, Result } from '@heavy-lifter/workloads';
import type { Implementation } from '@heavy-lifter/workloads/types';
import { WorkMeter, type WorkSum } from './work.ts';

export interface Share {
  /** A chunk each. */
  readonly parts: readonly Part[];
  /** Shared with the thread that handed it over; a non-zero first element means: nobody wants this any more. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
  /** What this thread does is added to it. */
  readonly work: WorkSum;
  /** Of a thread that is there to compute: it lowers itself to that before its first share. */
  readonly nice: number;
}

export interface ShareResult {
  /** Of what was really done: less than asked for after a cancel. */
  readonly result: Result;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What a kernel's file exports. */
export type Kernel = Implementation<Part, Result>;

/** Milliseconds between two entries in the sum of work, at least: an entry costs some microseconds. */
const ENTRY_MS = 10;

/** Milliseconds on the clock that all threads of a process share (`performance.now` starts anew in each). */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function runShare({ run, merge }: Kernel, { parts, cancelled, work }: Share): ShareResult {
  const startedAt = monotonicMs();
  const meter = new WorkMeter(work);
  const results: Result[] = [];
  const isCancelled = () => Atomics.load(cancelled, 0) !== 0;
  let unmetered = 0;
  let meteredAt = performance.now();
  for (const part of parts) {
    if (isCancelled()) break;
    for (const { result, size } of run(part)) {
      results.push(result);
      unmetered += size;
      const now = performance.now();
      if (now - meteredAt >= ENTRY_MS) {
        meter.add(unmetered);
        unmetered = 0;
        meteredAt = now;
      }
      if (isCancelled()) break;
    }
  }
  if (unmetered > 0) meter.add(unmetered);
  return { result: merge(results), startedAt, endedAt: monotonicMs() };
}
