/** Cells of a disturbed machine: once more at the end, for as long as there is time, and of both the better one counts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { UNKNOWN } from '../../src/bench/disturbance.ts';
import { listRepeats, markedOf } from '../../src/compare/again.ts';
import { settingsOf } from '../../src/compare/config.ts';
import { isOfCeilings, Journal } from '../../src/compare/journal.ts';
import { VISITS_FILE } from '../../src/compare/plan.ts';
import { disturbedIn } from '../../src/compare/report.ts';
import { resultOf } from '../../src/compare/result.ts';
import { exampleResult } from '../support/runs.ts';
import { CEILINGS, configOf } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = settingsOf(configOf({ QUICK: '1', MODES: 'inline,pool' }));

const measuredAt = (factor: number) => {
  const result = { ...exampleResult(), disturbance: { ...UNKNOWN, factor } };
  return { tookS: 2, result, failure: null };
};

/** Everything measured; cells of `disturbed` visits ("mode repetition") on a disturbed machine. */
function measureAll(disturbed: readonly string[]): Journal {
  const journal = Journal.open(folder, settings, 7, true);
  for (const visit of journal.visits) {
    if (isOfCeilings(visit)) {
      journal.add({ kind: 'ceilings', repetition: visit.repetition, tookS: 8, ceilings: CEILINGS });
      continue;
    }
    journal.add({ kind: 'visit', ...visit, startupMs: 1_000, preparedS: 4 });
    const factor = disturbed.includes(`${visit.mode} ${visit.repetition}`) ? 1.5 : 1;
    for (const cell of journal.open(visit)) journal.add({ kind: 'cell', ...visit, ...cell, ...measuredAt(factor) });
  }
  return journal;
}

const listed = (journal: Journal) => readFileSync(join(journal.folder, VISITS_FILE), 'utf8').trim().split('\n');
const reported = (journal: Journal) => {
  const result = resultOf(Journal.read(journal.folder));
  if (!result) throw new Error('no result');
  return result;
};

it('are listed when all else is done, once', () => {
  const journal = Journal.open(folder, settings, 7, true);
  listRepeats(journal);
  expect(journal.repeats).toBeUndefined();

  const done = measureAll(['pool 2']);
  listRepeats(done);
  listRepeats(Journal.read(done.folder));
  expect(listed(done)).toEqual(['pool 2 pool']);
  expect(done.visits).toEqual([]);
});

it('are listed for as long as there is time: a quarter of what it took', () => {
  const every = ['inline', 'pool'].flatMap((mode) => [1, 2, 3].map((repetition) => `${mode} ${repetition}`));
  const journal = measureAll(every);
  listRepeats(journal);
  const lines = listed(journal);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(every.length / 3);
  expect(disturbedIn(reported(journal))).toMatch(/^Machine disturbed in (\d+) of \1 cells; worst x1\.5\.$/);
});

it('are replaced by a better measurement, not by a worse one, and it is said how many that saved', () => {
  const journal = measureAll(['pool 2']);
  const visit = { mode: 'pool', repetition: 2 };
  const [better, worse, ...others] = markedOf(journal, visit);
  if (!better || !worse) throw new Error('nothing is marked');
  journal.add({ kind: 'repeat', ...visit, ...better, ...measuredAt(1.1) });
  journal.add({ kind: 'repeat', ...visit, ...worse, ...measuredAt(3) });
  expect(markedOf(journal, visit)).toEqual(others);

  const result = reported(journal);
  const all = result.cells.length * settings.repetitions;
  expect(result.disturbed).toEqual({ marked: 1 + others.length, of: all, worst: 1.5, repeated: 2, saved: 1 });
  expect(disturbedIn(result)).toBe(
    `Machine disturbed in ${1 + others.length} of ${all} cells; worst x1.5. 2 were measured once more, which saved 1.`,
  );
  const cell = result.cells.find(
    (one) => one.mode === 'pool' && one.ops === better.ops && one.connections === better.connections,
  );
  expect(cell).toMatchObject({ valid: 3, disturbed: 0 });
});

it('leave the figures to the other repetitions where these are more', () => {
  const result = reported(measureAll(['pool 2']));
  for (const { mode, disturbed, figures } of result.cells) {
    expect(disturbed).toBe(mode === 'pool' ? 1 : 0);
    expect(figures.completedPerS?.values).toHaveLength(mode === 'pool' ? 2 : 3);
  }
  const most = reported(measureAll(['pool 1', 'pool 2']));
  for (const { figures } of most.cells) expect(figures.completedPerS?.values).toHaveLength(3);
});
