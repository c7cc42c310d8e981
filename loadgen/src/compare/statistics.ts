/** When two figures differ, and when they only look as if they did. */
import { median, permutationTest } from 'simple-statistics';
import { z } from 'zod';
import { randomOf } from './grid.ts';

/** What repetitions of one figure gave. */
export const Range = z.object({
  median: z.number(),
  min: z.number(),
  max: z.number(),
  values: z.array(z.number()).min(1),
});
export type Range = z.infer<typeof Range>;

/** Nobody chooses an architecture for less, and no shared machine measures less. */
export const LEAST_EFFECT = 0.05;
/** With fewer values on each side no permutation test can reach `ALPHA`. */
export const ENOUGH = 5;
const ALPHA = 0.05;
const PERMUTATIONS = 10_000;

/** Null where there was nothing to measure in any repetition. */
export function rangeOf(values: readonly (number | null)[]): Range | null {
  const there = values.filter((value) => value !== null);
  if (there.length === 0) return null;
  return { median: median(there), min: Math.min(...there), max: Math.max(...there), values: there };
}

/** Whether `a` and `b` differ beyond noise: by more than the least effect, and by a test, or by ranges that do not touch. */
export function differ(a: Range, b: Range): boolean {
  if (Math.abs(Math.log(effect(a, b))) < Math.log(1 + LEAST_EFFECT)) return false;
  if (Math.min(a.values.length, b.values.length) >= ENOUGH) return chance(a.values, b.values) < ALPHA;
  return a.max < b.min || b.max < a.min;
}

/** How many times `a` is `b`, in the middle. */
export function effect(a: Range, b: Range): number {
  return floor(b.median) / floor(a.median);
}

/** The probability that two samples of one distribution lie so far apart; of logarithms, as figures here are ratios. */
export function chance(a: readonly number[], b: readonly number[]): number {
  const logs = (values: readonly number[]) => values.map((value) => Math.log(floor(value)));
  return permutationTest(logs(a), logs(b), 'two_side', PERMUTATIONS, randomOf('permutations'));
}

/** A counter with a grain may say nought; its logarithm must exist all the same. */
function floor(value: number): number {
  return Math.max(value, 1e-12);
}
