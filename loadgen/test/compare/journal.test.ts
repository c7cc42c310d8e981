import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { settingsOf } from '../../src/compare/config.ts';
import { cellsOf } from '../../src/compare/grid.ts';
import { isOfCeilings, Journal } from '../../src/compare/journal.ts';
import { secondsLeft } from '../../src/compare/left.ts';
import { CEILINGS, configOf } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compare-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = settingsOf(configOf({ QUICK: '1', MODES: 'inline,pool' }));
const CELLS = cellsOf(settings.grid, 'pool').length;
const open = (fresh = false) => Journal.open(folder, settings, 7, fresh);

function measureOne(journal: Journal, tookS = 2): void {
  const [visit] = journal.visits;
  if (!visit) throw new Error('nothing is left');
  if (isOfCeilings(visit)) {
    journal.add({ kind: 'ceilings', repetition: visit.repetition, tookS, ceilings: CEILINGS });
    return;
  }
  const [cell] = journal.open(visit);
  if (!cell) throw new Error('a visit without a cell');
  journal.add({ kind: 'cell', ...visit, ...cell, tookS, result: null, failure: 'invented' });
}

/** Bounded, for a journal that forgets what it has. */
function measureAll(journal: Journal): void {
  for (let n = 0; n < 100 && journal.visits.length > 0; n++) measureOne(journal);
}

it('goes on where it was, in the same order, and repeats nothing', () => {
  const first = open();
  // Until there is some of both.
  for (let n = 0; n < 10 || first.ceiled.length === 0; n++) measureOne(first);
  const again = Journal.open(folder, settings, 99);
  expect(again.folder).toBe(first.folder);
  expect(again.begun.order).toBe(7);
  expect(again.measured).toEqual(first.measured);
  expect(again.ceiled).toEqual(first.ceiled);
  expect(again.visits).toEqual(first.visits);
  measureAll(again);
  const keys = again.measured.map((one) => `${one.mode} ${one.repetition} ${one.ops} ${one.connections}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys).toHaveLength(2 * 3 * CELLS);
  expect(again.ceiled.map(({ repetition }) => repetition)).toEqual([1, 2, 3]);
});

it('forgets a line that was cut off while it was written', () => {
  const first = open();
  while (first.measured.length < 2) measureOne(first);
  appendFileSync(join(first.folder, 'cells.jsonl'), '{"kind":"cell","mode":"po');
  const again = open();
  expect(again.measured).toEqual(first.measured);
  while (again.measured.length < 3) measureOne(again);
  expect(open().measured).toEqual(again.measured);
});

it('leaves alone what it cannot read', () => {
  const first = open();
  appendFileSync(join(first.folder, 'cells.jsonl'), '{"kind":"cell","of":"another version"}\n');
  const next = open();
  expect(next.folder).not.toBe(first.folder);
  expect(next.measured).toEqual([]);
});

it('begins anew with other settings, on request, and after one that is finished', () => {
  const first = open();
  measureOne(first);
  const other = Journal.open(folder, { ...settings, commit: 'another' }, 7);
  const fresh = open(true);
  writeFileSync(join(fresh.folder, 'result.json'), '{}');
  writeFileSync(join(first.folder, 'result.json'), '{}');
  const next = open();
  expect(new Set([first, other, fresh, next].map((journal) => journal.folder)).size).toBe(4);
  for (const journal of [other, fresh, next]) expect(journal.measured).toEqual([]);
});

it('estimates what is left from what the same cost before', () => {
  const journal = open();
  const nominal = secondsLeft(journal);
  expect(nominal).toBeGreaterThan(2 * 3 * CELLS * settings.grid.cellS);
  for (let n = 0; n < CELLS; n++) measureOne(journal, 100);
  expect(secondsLeft(journal)).toBeGreaterThan(5 * CELLS * 100);
  measureAll(journal);
  expect(secondsLeft(journal)).toBe(0);
});
