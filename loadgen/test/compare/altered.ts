/** Comparisons in which some cells are not what the formula of the invented ones says. */
import type { FigureName } from '../../src/compare/figures.ts';
import { GRIDS, type Grid } from '../../src/compare/grid.ts';
import type { Part } from '../../src/compare/parts.ts';
import type { CompareCell, CompareResult } from '../../src/compare/result.ts';
import { rangeOf } from '../../src/compare/statistics.ts';

import { ALL_MODES } from './support.ts';

type Which = (cell: CompareCell) => boolean;

export interface Change extends Partial<Pick<CompareCell, 'served' | 'notServed'>> {
  /** How many times slower. */
  readonly times?: number;
  /** How many times its median are the least and the most of a figure away. */
  readonly spread?: number;
  readonly figures?: Partial<Record<FigureName, number>>;
}

export function sized(ops: readonly number[], connections: readonly number[]): Grid {
  return { ...GRIDS.quick, sizes: ops.map((one) => ({ ops: one, connections: [...connections] })) };
}

export function changed(result: CompareResult, which: Which, change: Change): CompareResult {
  return { ...result, cells: result.cells.map((cell) => (which(cell) ? changedCell(cell, change) : cell)) };
}

export function disturbed(result: CompareResult, which: Which): CompareResult {
  const cells = result.cells.map((cell) => (which(cell) ? { ...cell, disturbed: cell.valid } : cell));
  return { ...result, cells };
}

function changedCell(cell: CompareCell, { times = 1, spread = 1, figures = {}, ...counts }: Change): CompareCell {
  const all = (factor: number) => (value: number) =>
    spread === 1 ? [value * factor] : [value / spread, value, value * spread].map((one) => one * factor);
  const scaled = (name: FigureName, factor: number) => rangeOf((cell.figures[name]?.values ?? []).flatMap(all(factor)));
  const set = Object.entries(figures).map(([name, value]) => [name, rangeOf([value, value, value])]);
  return {
    ...cell,
    ...counts,
    figures: {
      ...cell.figures,
      p50Ms: scaled('p50Ms', times),
      completedPerS: scaled('completedPerS', 1 / times),
      ...Object.fromEntries(set),
    },
  };
}

/** The modes that each part speaks of. */
export const named = (parts: readonly Part[]) =>
  parts.map(({ text }) => Object.keys(ALL_MODES).filter((mode) => new RegExp(`\\b${mode}\\b(?!-)`).test(text)));
