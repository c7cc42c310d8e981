/**
 * Whether two real comparisons differ. `measured/` has what `make compare MODES=inline,pool OPS=1000000,20000000
 * CONNECTIONS=1,10 DURATION=1` found on two cores: `one`, and `slower` with a kernel that computed one step in five more
 * and threw it away. `again` is of the commit of `one` an hour later; so is `disturbed`, but half of the time beside other
 * work.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CompareResult } from '../../src/compare/result.ts';
import { compareRuns, type Run, renderRuns } from '../../src/compare/runs.ts';
import { inventedCompare, MODES } from './support.ts';

const measured = (name: string): Run =>
  JSON.parse(readFileSync(new URL(`measured/${name}.json`, import.meta.url), 'utf8'));
const [one, again, slower] = [measured('one'), measured('again'), measured('slower')];
const disturbed = measured('disturbed');

describe('two measured runs', () => {
  it.each([
    ['the second', one, slower, -1],
    ['the second', again, slower, -1],
    ['the first', slower, one, 1],
  ])('are told apart where %s has a slower kernel: by its path, and by each mode', (_which, a, b, sign) => {
    const verdict = compareRuns(a, b);
    expect(renderRuns(verdict)).toMatch(
      /^They differ\.\n- not the same commit: .*\n- kernel js: B is A x .*beyond noise/,
    );
    expect(verdict.groups.map(({ name, differs }) => [name, differs])).toEqual([
      ['kernel js', true],
      ['mode inline', true],
      ['mode pool', true],
    ]);
    expect(Math.sign(Math.log(verdict.groups[0]?.effect ?? 1))).toBe(sign);
  });

  it('of the same commit are equal where little was noise', () => {
    for (const verdict of [compareRuns(one, again), compareRuns(again, one)]) {
      expect(renderRuns(verdict)).toMatch(/^Equal within noise\./);
      for (const { noise } of verdict.groups) expect(noise).toBeLessThan(1.2);
    }
  });

  it('of the same commit are equal although one was disturbed, and it is said how much was noise', () => {
    for (const verdict of [compareRuns(one, disturbed), compareRuns(disturbed, one)]) {
      expect(renderRuns(verdict)).toMatch(/^Equal within noise\.\n- kernel js: /);
      const inline = verdict.groups.find(({ name }) => name === 'mode inline');
      expect(inline?.noise).toBeGreaterThan(2);
    }
  });
});

describe('two invented runs on a machine whose neighbours change', () => {
  const noisy = (seed: string, speed = MODES.pool.speed) =>
    inventedCompare(
      { inline: { ...MODES.inline, speed }, pool: { ...MODES.pool, speed } },
      { seed, visit: 0.3, cell: 0.3 },
    );
  const disturbed = (run: CompareResult): CompareResult => ({
    ...run,
    cells: run.cells.map((cell) => ({ ...cell, disturbed: cell.valid })),
  });

  it('are told apart by CPU time where the kernel is 10 % slower, and it is said by which rule', () => {
    const verdict = compareRuns(disturbed(noisy('a')), noisy('b', 0.9 * MODES.pool.speed));
    const words = renderRuns(verdict);
    expect(words).toMatch(/^They differ\.$/m);
    expect(words).toMatch(/^- kernel js: B is A x 0\.9.*, beyond noise .*decided by the permutation test\)$/m);
    expect(words).toMatch(/^- CPU time of mode pool: B is A x 1\.[01].*, beyond noise/m);
    expect(words).toMatch(/^- \d+ times of disturbed cells are left out$/m);
    // What callers see of disturbed cells is not judged.
    expect(verdict.groups.map(({ name }) => name)).not.toContain('mode pool');
  });

  it('are equal in 5 of 5 pairs where the kernel is', () => {
    for (const seed of ['1', '2', '3', '4', '5']) {
      const verdict = compareRuns(disturbed(noisy(`a${seed}`)), disturbed(noisy(`b${seed}`)));
      expect(verdict.equal, renderRuns(verdict)).toBe(true);
    }
  });
});
