/** The long run that docs/chaos.md shows, and the files it comes from. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderChaos } from '../../src/chaos/report.ts';
import { ChaosResult } from '../../src/chaos/result.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const example = ChaosResult.parse(JSON.parse(read('loadgen/examples/chaos/result.json')));

it('the report is that of the result', () => {
  expect(read('loadgen/examples/chaos/report.md')).toBe(`${renderChaos([example])}\n`);
});

it('docs/chaos.md shows its tables as they are, with where and when', () => {
  const page = read('docs/chaos.md');
  const shown = renderChaos([example])
    .split('\n')
    .filter((line) => line.startsWith('|'));
  for (const line of shown) expect(page).toContain(line);
  expect(page).toContain(example.machine.cpu);
  expect(page).toContain(example.startedAt.slice(0, 10));
  expect(page).toContain(example.versions.commit);
});

it('it is of at least 25 rounds a cell, and kept every promise', () => {
  for (const { rounds, broken } of example.cells) {
    expect(rounds.length).toBeGreaterThanOrEqual(25);
    expect(broken).toEqual([]);
  }
});
