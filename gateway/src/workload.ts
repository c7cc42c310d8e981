/**
 * The TypeScript twin of the `workload` crate. The specification is `workload/README.md`, the proof that the twins
 * agree is `workload/vectors.json`.
 */

/** What a request asks for. `ops` >= 1, 1 <= `chunks` <= min(64, ops), `seed` an unsigned 32-bit integer. */
export interface Task {
  readonly ops: number;
  readonly chunks: number;
  readonly seed: number;
}

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

/** The half-open ranges [from, to) that the chunks of a task cover; together exactly [0, ops). */
export function chunkRanges({ ops, chunks }: Task): [from: number, to: number][] {
  // BigInt only here, at most 65 times a task: k * ops passes 2^53 for the largest tasks.
  const edge = (k: number) => Number((BigInt(k) * BigInt(ops)) / BigInt(chunks));
  return Array.from({ length: chunks }, (_, k) => [edge(k), edge(k + 1)]);
}

/** The whole checksum of a task on the calling thread, as an u32. */
export function checksum({ ops, seed }: Pick<Task, 'ops' | 'seed'>): number {
  return sumRange(seed, 0, ops);
}

/** The written form of a checksum: 8 lower-case hex digits. */
export function toHex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/**
 * The checksum of the same task with the next seed, in constant time: the sum is a sliding window over fmix32,
 * so one term leaves and one enters. Lets a generator know every answer without computing it.
 */
export function nextSeedChecksum(current: number, { ops, seed }: Pick<Task, 'ops' | 'seed'>): number {
  const entering = ((ops % 0x1_0000_0000) + seed) | 0;
  return (current - fmix32(seed) + fmix32(entering)) >>> 0;
}
