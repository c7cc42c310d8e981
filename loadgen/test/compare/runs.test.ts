/**
 * Whether two real comparisons differ. `measured/` has what `make compare MODES=inline,pool OPS=1000000,20000000
 * CONNECTIONS=1,10 DURATION=1` found on two cores: `one`, and `slower` with a kernel that computed one step in five more
 * and threw it away. `again` is of the commit of `one` an hour later; so is `disturbed`, but half of the time beside other
 * work.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareRuns, type Run, renderRuns } from '../../src/compare/runs.ts';

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
