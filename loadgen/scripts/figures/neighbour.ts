/** Pairs of benches, alone and beside a neighbour. */
import { median } from 'simple-statistics';
import type { Result } from '../../src/bench/result.ts';
import { number, percent } from '../../src/format.ts';

/** What is compared; null where a mode does not have it. */
export const FIGURES = {
  computeCpuMs: ({ cost }: Result) => (cost.computeCpuS === null ? null : cost.computeCpuS * 1000),
  overheadUs: ({ cost }: Result) => cost.overheadUs,
  acceptUs: ({ cost }: Result) => cost.acceptUs,
  /** The share of the services' cores that was useful: what the clock on the wall says. */
  efficiency: ({ efficiency }: Result) => efficiency,
};

export interface Measured {
  readonly figures: Readonly<Record<string, number | null>>;
  readonly disturbed: boolean;
  readonly factor: number | null;
}

export interface Pair {
  readonly alone: Measured;
  readonly beside: Measured;
}

/** The medians of a figure on either side, and by what share the second differs from the first. */
export function medians(pairs: readonly Pair[], figure: string) {
  const of = (side: keyof Pair) => {
    const values = pairs.flatMap((pair) => pair[side].figures[figure] ?? []);
    return values.length > 0 ? median(values) : null;
  };
  const [alone, beside] = [of('alone'), of('beside')];
  return { alone, beside, difference: alone && beside !== null ? beside / alone - 1 : null };
}

/** A line for each figure. */
export function compare(mode: string, pairs: readonly Pair[]): string {
  const lines = Object.keys(FIGURES).flatMap((figure) => {
    const { alone, beside, difference } = medians(pairs, figure);
    if (alone === null || beside === null) return [];
    return [`${mode} ${figure}: ${number(alone, 1)} alone, ${number(beside, 1)} beside (${percent(difference)})`];
  });
  const marked = pairs.filter(({ beside }) => beside.disturbed).length;
  return [...lines, `${mode}: ${marked} of ${pairs.length} beside the neighbour were marked as disturbed`].join('\n');
}
