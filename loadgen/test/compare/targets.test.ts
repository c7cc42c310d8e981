/** What a target is judged by, and how its figure is written. */
import { expect, it } from 'vitest';
import type { FigureName } from '../../src/compare/figures.ts';
import type { CompareCell, CompareResult } from '../../src/compare/result.ts';
import { reachedOf } from '../../src/compare/targets.ts';
import { inventedCompare, MODES, WITH_HUNDRED } from './support.ts';

const result = inventedCompare(MODES, { seed: 1 }, 3, WITH_HUNDRED);
const one = (of: CompareResult, what: RegExp) => reachedOf(of).find((row) => what.test(row.what));
const POOL = /^pool: efficiency at 200,000,000/;

/** The same comparison with every cell of `pool` changed. */
function withPool(change: (cell: CompareCell) => Partial<CompareCell>): CompareResult {
  const cells = result.cells.map((cell) => (cell.mode === 'pool' ? { ...cell, ...change(cell) } : cell));
  return { ...result, cells };
}
const always = (name: FigureName, value: number) =>
  withPool(({ figures }) => ({
    figures: { ...figures, [name]: { median: value, min: value, max: value, values: [value] } },
  }));

it.each([
  [0.9699, '96.99 %', 'no'],
  [0.969_999_6, '96.99996 %', 'no'],
  [0.97, '97.0 %', 'yes'],
  [0.981, '98.1 %', 'yes'],
])('%d against 97.0 is written %s', (value, measured, reached) => {
  expect(one(always('efficiency', value), POOL)).toMatchObject({ target: 'at least 97.0 %', measured, reached });
});

it('are about 100 connections: a grid with fewer or more has nothing to say', () => {
  for (const connections of [10, 1_000]) {
    const other = withPool((cell) => (cell.connections === 100 ? { connections } : {}));
    expect(one(other, POOL)).toMatchObject({ measured: '-', reached: '-' });
  }
});

it('are not judged by a disturbed cell', () => {
  const disturbed = (repetitions: number) => withPool(() => ({ disturbed: repetitions }));
  for (const many of [2, 3])
    expect(one(disturbed(many), POOL)).toMatchObject({
      measured: expect.stringMatching(/ % \(disturbed\)$/),
      reached: '-',
    });
  // The figures are those of the other two.
  expect(one(disturbed(1), POOL)?.reached).toMatch(/yes|no/);
});
