/** Tasks of `count` whose answers are known without computing them. */
import type { Case, Cases } from '../types.ts';
import { fmix32 } from './js.ts';
import type { Answer, Task } from './task.ts';
import vectors from './vectors.json' with { type: 'json' };
import { sumRange } from './wasm-simd.ts';

const CYCLE = 2 ** 32;

/** The golden vectors: boundary cases whose answers every implementation must reach. */
export const golden: readonly Case<Task, Answer>[] = vectors.map(({ checksum, ...task }) => ({
  task,
  answer: { checksum, count: task.ops },
}));

/**
 * The checksum of a task of any size in at most some seconds. fmix32 is a bijection of the u32, so a whole cycle of
 * 2^32 ops sums every u32 once: 2^31 * (2^32 - 1), which is 2^31 modulo 2^32. Only what is beyond whole cycles needs
 * computing.
 */
export function expectedChecksum({ ops, seed }: Pick<Task, 'ops' | 'seed'>): number {
  const odd = Math.floor(ops / CYCLE) % 2 === 1;
  return (sumRange(seed, 0, ops % CYCLE) + (odd ? 2 ** 31 : 0)) >>> 0;
}

/**
 * The checksum of the same task with the next seed, in constant time: the sum is a sliding window over fmix32,
 * so one term leaves and one enters. Lets a generator know every answer without computing it.
 */
export function nextSeedChecksum(current: number, { ops, seed }: Pick<Task, 'ops' | 'seed'>): number {
  const entering = ((ops % CYCLE) + seed) | 0;
  return (current - fmix32(seed) + fmix32(entering)) >>> 0;
}

/** The written form of a checksum: 8 lower-case hex digits. */
export function toHex(value: number): string {
  return value.toString(16).padStart(8, '0');
}

/** The same task with one seed after the other. Pure: no clock, no network. */
export class SeedCases implements Cases<Task, Answer> {
  readonly #task: Task;
  /** Expected checksums by the case's number; the last one is that of the next case. */
  readonly #expected: number[];

  /** `first`: the checksum of `task` itself. */
  constructor(task: Task, first: number) {
    this.#task = task;
    this.#expected = [first];
  }

  next(): Task {
    const task = this.#following;
    this.#expected.push(nextSeedChecksum(this.#expected.at(-1) as number, task));
    return task;
  }

  numberOf({ seed }: Task): number | undefined {
    const number = (seed - this.#task.seed) >>> 0;
    return number < this.#expected.length - 1 ? number : undefined;
  }

  wrongWith(number: number, { checksum, count }: Answer): string | undefined {
    const right = toHex(this.#expected[number] as number);
    const { ops } = this.#task;
    if (checksum === right && count === ops) return undefined;
    return `${checksum} after ${count} ops, expected ${right} after ${ops}`;
  }

  heir(): SeedCases {
    return new SeedCases(this.#following, this.#expected.at(-1) as number);
  }

  get #following(): Task {
    return { ...this.#task, seed: (this.#task.seed + this.#expected.length - 1) >>> 0 };
  }
}
