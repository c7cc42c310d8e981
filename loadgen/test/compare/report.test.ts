import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerOf, CRITERIA } from '../../src/compare/answer.ts';
import { ceilingTable, shareTable } from '../../src/compare/ceilings.ts';
import { openingOf } from '../../src/compare/opening.ts';
import { renderCompare } from '../../src/compare/report.ts';
import { CompareResult } from '../../src/compare/result.ts';
import { saveCalibration, saveCompare } from '../../src/compare/save.ts';
import { sentencesOf } from '../../src/compare/sentences.ts';
import type { Table } from '../../src/compare/table.ts';
import { reachedOf } from '../../src/compare/targets.ts';
import { type Invented, inventedCompare, MODES, WITH_HUNDRED } from './support.ts';

const quiet = { seed: 1, cell: 0.01 };
const result = inventedCompare(MODES, quiet);
const [latency, , bystander] = CRITERIA.map(({ name }) => name) as [string, string, string, string];

describe('the answer', () => {
  const answers = answerOf(result);
  const at = (ops: number) => answers.find((answer) => answer.ops === ops) as (typeof answers)[0];

  it('has every size that is work', () => {
    expect(answers.map(({ ops }) => ops)).toEqual([1e4, 1e6, 2e7, 2e8]);
    expect(at(2e7).workMs).toBeCloseTo(20, 0);
  });

  it('changes from the shortest way to the fastest kernel as tasks grow', () => {
    expect(at(1e4).winners[latency]?.modes).toEqual(['inline']);
    expect(at(2e7).winners[latency]?.modes).toEqual(['microservice']);
  });

  it('rules out who makes others wait, and says that this decided', () => {
    expect(at(2e7).winners[bystander]?.modes.toSorted()).toEqual(['microservice', 'pool']);
    expect(at(1e4).choice).toEqual({ modes: ['pool'], decidedBy: latency });
    for (const { choice } of answers) expect(choice.modes).not.toContain('inline');
  });

  it('calls equal what is equal within noise', () => {
    // Two modes that are the same in all but noise.
    const twins = inventedCompare({ inline: MODES.pool, pool: MODES.pool }, { seed: 3, visit: 0.05, cell: 0.02 });
    const [first] = answerOf(twins);
    expect(first?.winners[latency]?.modes.toSorted()).toEqual(['inline', 'pool']);
    expect(first?.choice.decidedBy).toBe('nothing: all are equal');
    expect(sentencesOf(answerOf(twins))[0]).toContain('inline, pool (equal within noise)');
  });

  it('names no mode that fails more than it serves', () => {
    const cells = result.cells.map((cell) =>
      cell.mode === 'microservice' ? { ...cell, served: 1, notServed: 2 } : cell,
    );
    for (const { winners, choice } of answerOf({ ...result, cells })) {
      for (const { modes } of Object.values(winners)) expect(modes).not.toContain('microservice');
      expect(choice.modes).not.toContain('microservice');
    }
  });

  it('is a sentence for each criterion, with neighbouring sizes together', () => {
    const sentences = sentencesOf(answers);
    expect(sentences).toHaveLength(1 + CRITERIA.length);
    expect(sentences[1]).toMatch(/^Latency of one caller \(p50\): at [\d.]+ us of work inline; .* microservice\.$/);
  });
});

describe('targets', () => {
  const run = (modes: Record<string, Invented>) => inventedCompare(modes, quiet, 3, WITH_HUNDRED);
  const result = run(MODES);
  const reached = (what: RegExp, of = result) => reachedOf(of).filter((one) => what.test(one.what));

  it('are ratios and differences within the run, reached or not', () => {
    expect(reached(/^microservice: tasks/)).toMatchObject([{ target: 'at least 7 x', reached: 'no' }]);
    expect(reached(/^microservice: a no-op/)).toMatchObject([{ target: 'at most 400 us', reached: 'no' }]);
    const near = run({ ...MODES, microservice: { ...MODES.microservice, wayMs: 0.1 } });
    expect(reached(/^microservice: (tasks|a no-op)/, near).map((one) => one.reached)).toEqual(['yes', 'yes']);
  });

  it('have a dash where nothing was measured', () => {
    expect(reached(/^queue/).map((one) => [one.measured, one.reached])).toEqual(Array(4).fill(['-', '-']));
    expect(reached(/^rust-worker/, { ...result, ceilings: null })).toMatchObject([{ measured: '-', reached: '-' }]);
  });

  it('hold the worker against the one of BullMQ in Node', () => {
    expect(reached(/^rust-worker: no-op jobs/)).toMatchObject([
      { target: 'at least 1.3 x', measured: '1.4 x', reached: 'yes' },
    ]);
  });

  it('of an accepted job are two: by whether Redis has a core of its own', () => {
    const accepting = run({ queue: { wayMs: 0.4, speed: 8e9, kernel: 'rust-avx2', acceptCostUs: 40 } });
    const on = (redisCpus: string) =>
      reached(/^queue: an accepted job/, { ...accepting, plan: { ...accepting.plan, serviceCpus: '0-1', redisCpus } });
    const values = (redisCpus: string) => on(redisCpus).map((one) => [one.measured, one.reached]);
    for (const shared of ['', '1', '1,2'])
      expect(values(shared)).toEqual([
        ['40 us', 'yes'],
        ['-', '-'],
      ]);
    expect(values('2')).toEqual([
      ['-', '-'],
      ['40 us', 'no'],
    ]);
  });
});

describe('ceilings', () => {
  const values = (of: Table, row: number) =>
    Object.fromEntries(
      of.rows[row]?.map((cell, index) => [of.head[index], typeof cell === 'string' ? cell : cell.text]) ?? [],
    );

  it('have a row each, and a dash where no visit measured them', () => {
    const rows = (of: typeof result) =>
      ceilingTable(of).rows.map(([, value]) => (typeof value === 'string' ? value : value?.text));
    expect(rows(result)).toEqual([
      '25',
      '80,000',
      '50,000',
      '12,500',
      '60',
      '900',
      '60,000',
      '20,000',
      '5,000',
      '7,000',
    ]);
    expect(rows({ ...result, ceilings: null })).toEqual(Array(10).fill('-'));
  });

  it('are what the figures of the modes are held against', () => {
    const queue = { wayMs: 0.4, speed: 8e9, kernel: 'rust-avx2', acceptCostUs: 45 };
    const table = shareTable(inventedCompare({ inline: MODES.inline, queue }, { seed: 1 }));
    expect(values(table, 0)).toMatchObject({
      mode: 'inline',
      '/non-blocking, of node:http': '50.0 %',
      '... of Express': '80.0 %',
      'no-op p50, round trips': '2 x',
      'us to accept, of Express + Queue.add': '-',
      '... of EVALSHA finish': '-',
    });
    expect(values(table, 1)).toMatchObject({
      mode: 'queue',
      'us to accept, of Express + Queue.add': '0.75 x',
      "its worker's no-op jobs/s, of BullMQ's in Node": '1.4 x',
      '... of EVALSHA finish': '35.0 %',
    });
  });

  it('leave dashes in a result that has none of them', () => {
    const { ceilings: _none, ...before } = result;
    const read = CompareResult.parse(before);
    expect(read.ceilings).toBeNull();
    expect(values(shareTable(read), 0)).toMatchObject({ '... of Express': '-', 'no-op p50, round trips': '-' });
  });

  it('are what a calibration leaves, without an answer', () => {
    const folder = mkdtempSync(join(tmpdir(), 'calibrate-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const text = saveCalibration(result, folder);
    for (const [title] of ceilingTable(result).rows) expect(text).toContain(title);
    expect(text).not.toContain('Choice');
    expect(CompareResult.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')))).toEqual(result);
  });
});

describe('the report', () => {
  it('says first whether the figures compare, then the answer with the places of what carries it, and has a row for each cell', () => {
    const text = renderCompare(result);
    expect(text.split('\n')[0]).toMatch(/omparable with runs on other machines\.$/);
    const { sentences } = openingOf(result);
    const places = [...text.matchAll(/\[(\d+)\]/g)].map(([, place]) => Number(place));
    expect(text.indexOf(sentences[0]?.parts[0]?.text ?? '?')).toBeLessThan(text.indexOf('|'));
    expect(places).toEqual(places.map((_, index) => index + 1));
    for (const place of places) expect(text).toMatch(new RegExp(`^${place}\\. .*\n   - `, 'm'));
    for (const { mode, ops, connections } of result.cells)
      expect(text).toMatch(new RegExp(`^\\| +${ops.toLocaleString('en')} \\| +${connections} \\| ${mode} `, 'm'));
  });

  it('is written in three forms, of which the result can be read back', () => {
    const folder = mkdtempSync(join(tmpdir(), 'compare-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    saveCompare(result, folder);
    expect(readdirSync(folder).sort()).toEqual(['report.html', 'report.md', 'result.json']);
    const read = CompareResult.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));
    expect(read).toEqual(result);
  });
});
