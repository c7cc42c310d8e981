import { randomNormal } from 'd3-random';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../../src/compare/grid.ts';
import { compareRuns, renderRuns } from '../../src/compare/runs.ts';
import { differ, type Range, rangeOf } from '../../src/compare/statistics.ts';
import { type Invented, inventedCompare, MODES } from './support.ts';

const range = (...values: number[]) => rangeOf(values) as Range;

describe('two figures', () => {
  it('have a median and a range, or nothing', () => {
    expect(rangeOf([3, null, 1, 2])).toEqual({ median: 2, min: 1, max: 3, values: [3, 1, 2] });
    expect(rangeOf([null, null])).toBeNull();
  });

  it('are equal while their ranges touch', () => {
    expect(differ(range(10, 11, 12), range(12, 14, 16))).toBe(false);
    expect(differ(range(10, 11, 12), range(12.1, 14, 16))).toBe(true);
  });

  it('are equal where nobody would care, however exact they are', () => {
    expect(differ(range(100, 100, 100), range(104, 104, 104))).toBe(false);
    expect(differ(range(100, 100, 100), range(106, 106, 106))).toBe(true);
  });

  it('differ with many repetitions although their ranges touch', () => {
    const normal = randomNormal.source(randomOf('many'))(0, 1);
    const sample = (middle: number) => range(...Array.from({ length: 20 }, () => middle + 5 * normal()));
    const [a, b] = [sample(100), sample(112)];
    expect(a.max).toBeGreaterThan(b.min);
    expect(differ(a, b)).toBe(true);
    expect(differ(sample(100), sample(101))).toBe(false);
  });

  it('may be nought', () => {
    expect(differ(range(0, 0, 0), range(1, 1, 1))).toBe(true);
    expect(differ(range(0, 0, 0), range(0, 0, 0))).toBe(false);
  });
});

describe('two runs', () => {
  const noise = { visit: 0.03, cell: 0.03 };
  const run = (seed: number | string, modes: Record<string, Invented> = MODES) =>
    inventedCompare(modes, { seed, ...noise });
  const slower = (...names: string[]) =>
    Object.fromEntries(
      Object.entries(MODES).map(([name, mode]) => [
        name,
        names.includes(name) ? { ...mode, speed: mode.speed / 1.2 } : mode,
      ]),
    );

  it('of the same are called equal, whatever noise did to them', () => {
    const verdicts = Array.from({ length: 20 }, (_, n) => compareRuns(run(2 * n), run(2 * n + 1)));
    // ALPHA is 5 %: of twenty, one.
    expect(verdicts.filter(({ equal }) => !equal).length).toBeLessThanOrEqual(1);
    expect(renderRuns(verdicts[0] as (typeof verdicts)[0])).toMatch(/^Equal within noise\./);
  });

  it('a kernel that is 20 % slower is found in every pair, with its name and size', () => {
    for (let n = 0; n < 10; n++) {
      const { equal, groups } = compareRuns(run(`a${n}`), run(`b${n}`, slower('inline', 'pool')));
      expect(equal).toBe(false);
      expect(groups.find(({ name }) => name === 'kernel rust-avx2')?.differs).toBe(false);
      const kernel = groups.find(({ name }) => name === 'kernel js');
      expect(kernel?.differs).toBe(true);
      expect(kernel?.effect).toBeCloseTo(1 / 1.2, 1);
    }
  });

  it('a kernel that only one mode has is found with three repetitions, where the machine is quiet', () => {
    const still = { visit: 0.01, cell: 0.03 };
    const found = Array.from({ length: 20 }, (_, n) => {
      const a = inventedCompare(MODES, { seed: `a${n}`, ...still });
      return !compareRuns(a, inventedCompare(slower('microservice'), { seed: `b${n}`, ...still })).equal;
    });
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(18);
  });

  it('a mode whose way became longer is found although its kernel is the same', () => {
    const longer = { ...MODES, pool: { ...MODES.pool, wayMs: 4 } };
    const { equal, groups } = compareRuns(run('a'), run('b', longer));
    expect(equal).toBe(false);
    expect(groups.filter(({ differs }) => differs).map(({ name }) => name)).toEqual(['mode pool']);
  });

  it('say in what their settings differ', () => {
    const [a, b] = [run('a'), run('b')];
    const other = { ...b, settings: { ...b.settings, kernel: 'scalar' } };
    expect(compareRuns(a, other).settings).toEqual(['kernel: "auto" and "scalar"']);
  });
});
