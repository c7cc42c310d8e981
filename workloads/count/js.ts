/**
 * The TypeScript twin of the crate in `rust/`. The specification is `README.md`, the proof that the twins agree is
 * `vectors.json`. Threads start with this file and are started often: it imports nothing.
 */
import type { Implementation } from '../types.ts';

/** One chunk of a task: the ops [from, to). A tuple: what crosses to a thread for each task is kept small. */
export type Part = readonly [seed: number, from: number, to: number];

/** What ops came to: the sum of their words modulo 2^32, as an u32, and how many there were. */
export interface Result {
  readonly sum: number;
  readonly count: number;
}

/** A kernel: `sumRange` of `js.ts`, or another that agrees with it. */
export type SumRange = (seed: number, from: number, to: number) => number;

/** Ops of a slice: at most 20 ms. */
const SLICE = 1 << 24;

/** The finaliser of MurmurHash3 (x86, 32 bit; Austin Appleby, public domain). Takes and returns an u32. */
export function fmix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Ops in a call of a block's function, 30 to 65 us: soon called often enough for V8 to compile it for good. */
const BLOCK = 1 << 16;

/**
 * Makes a kernel of `sumBlock`, which sums `fmix32(word)` for `count` consecutive words from `first` on, at most a block.
 * The kernel's sum is that of `fmix32(i + seed)` for i in [from, to), modulo 2^32: one chunk's share of the checksum, as
 * an u32.
 */
export function inBlocks(sumBlock: (first: number, count: number) => number) {
  return (seed: number, from: number, to: number): number => {
    // `from` may lie beyond 2^32 (the queue takes 1e12 ops); only its low 32 bits matter to fmix32.
    let first = ((from % 0x1_0000_0000) + seed) | 0;
    let sum = 0;
    for (let left = to - from; left > 0; left -= BLOCK) {
      sum = (sum + sumBlock(first, Math.min(left, BLOCK))) | 0;
      first = (first + BLOCK) | 0;
    }
    return sum >>> 0;
  };
}

/** The kernel of every JavaScript mode. */
export const sumRange = inBlocks(sumBlock);

/**
 * As the compiler likes it. One long loop is thrown away after a few calls and runs at an eighth of its speed for the next
 * ones; counting up, with fmix32 called instead of written out, is some 30 % slower once short tasks have been.
 */
function sumBlock(first: number, count: number): number {
  let word = first;
  let sum = 0;
  for (let i = count; i !== 0; i = (i - 1) | 0) {
    let h = word;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    sum = (sum + (h ^ (h >>> 16))) | 0;
    word = (word + 1) | 0;
  }
  return sum;
}

/** A kernel that does a chunk slice by slice. */
export function implementationOf(sumRange: SumRange): Implementation<Part, Result> {
  return {
    // A generator for a single slice, too: a short cut around it made short tasks of `inline` half as slow again.
    *run([seed, from, to]) {
      for (let at = from; at < to; ) {
        const end = Math.min(at + SLICE, to);
        const count = end - at;
        yield { result: { sum: sumRange(seed, at, end), count }, size: count };
        at = end;
      }
    },
    merge: sumUp,
  };
}

function sumUp(results: readonly Result[]): Result {
  let sum = 0;
  let count = 0;
  for (const one of results) {
    sum = (sum + one.sum) | 0;
    count += one.count;
  }
  return { sum: sum >>> 0, count };
}

export const { run, merge } = implementationOf(sumRange);
