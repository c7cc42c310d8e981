/** How a kernel of `count`, in whatever language, does a chunk: slice by slice. */
import type { Implementation } from '../types.ts';

/** One chunk of a task: the ops [from, to). */
export interface Part {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

/** What ops came to: the sum of their words modulo 2^32, as an u32, and how many there were. */
export interface Result {
  readonly sum: number;
  readonly count: number;
}

/** A kernel: `sumRange` of `js.ts`, or another that agrees with it. */
export type SumRange = (seed: number, from: number, to: number) => number;

/** Ops of a slice: at most 20 ms. */
const SLICE = 1 << 24;

export function implementationOf(sumRange: SumRange): Implementation<Part, Result> {
  return {
    *run({ seed, from, to }) {
      for (let at = from; at < to; ) {
        const end = Math.min(at + SLICE, to);
        const count = end - at;
        yield { result: { sum: sumRange(seed, at, end), count }, size: count };
        at = end;
      }
    },
    merge,
  };
}

export function merge(results: readonly Result[]): Result {
  let sum = 0;
  let count = 0;
  for (const one of results) {
    sum = (sum + one.sum) | 0;
    count += one.count;
  }
  return { sum: sum >>> 0, count };
}
