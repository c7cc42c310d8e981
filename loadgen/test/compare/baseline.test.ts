/** `make bench BASELINE=...`: what is called slower, and what cannot be told. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { saveRun } from '../../src/bench/report.ts';
import type { Result } from '../../src/bench/result.ts';
import { judge, readBaseline, saveJudgement } from '../../src/compare/baseline.ts';
import { repeatedOf, saveRepeated } from '../../src/compare/repeated.ts';
import { exampleResult } from '../support/runs.ts';

/** A bench whose tasks take so many milliseconds of CPU, a tenth of them on the way. */
function run(cpuMs: number, changes: Partial<Result> = {}): Result {
  const example = exampleResult();
  const cost = { ...example.cost, computeCpuS: (cpuMs * 0.9) / 1000, overheadUs: cpuMs * 100 };
  return { ...example, cost, ...changes };
}
const runs = (...cpuMs: number[]) => cpuMs.map((one) => run(one));

it.each([
  ['half as much again is slower', runs(10, 10.1, 9.9), runs(15, 15.2, 14.8), true],
  ['a fifth more is slower than 10 % allow', runs(10, 10.1, 9.9), runs(12, 12.1, 11.9), true],
  ['less than is allowed', runs(10, 10.1, 9.9), runs(10.8, 10.9, 10.7), false],
  ['as the repetitions scatter by more', runs(10, 13, 9.9), runs(12, 12.1, 11.9), false],
  ['one run each, far apart', runs(10), runs(13), true],
  ['quicker', runs(10), runs(5), false],
])('%s', (_name, before, now, worse) => {
  const judgement = judge(before, now, 0.1);
  expect(judgement.worse).toBe(worse);
  expect(judgement.text).toContain(worse ? '**Slower.**' : '**Not slower.**');
  expect(judgement.text.includes('REPEAT=5')).toBe(before.length < 2);
});

it('says by how much, and what of it is arithmetic and what the way', () => {
  const { text } = judge(runs(10, 10), [run(20), run(20)], 0.1);
  expect(text).toContain('10,000 us before, 20,000 us now: +100.0 %');
  expect(text).toMatch(/\| compute CPU ms +\| +9 \| +18 \| +\+100\.0 % \|/);
  expect(text).toMatch(/\| overhead us +\| +1,000 \| +2,000 \| +\+100\.0 % \|/);
});

it.each([
  ['another mode', { mode: 'native' }, /mode was \w+, is native/],
  ['another load', { request: { ...exampleResult().request, connections: 3 } }, /load was .*, is 3 connections/],
  ['another CPU', { machine: { ...exampleResult().machine, cpu: 'Abacus' } }, /machine was .*, is Abacus/],
  ['no CPU time', { cost: { ...exampleResult().cost, overheadUs: null } }, /CPU time of a task is not known/],
])('does not judge by %s', (_name, changes, why) => {
  expect(() => judge(runs(10), [run(10, changes)], 0.1)).toThrow(why);
});

it('reads what a bench wrote, once or several times, and leaves a summary beside the new one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-baseline-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const one = saveRun(run(10), folder);
  const several = saveRepeated(repeatedOf(runs(10, 11, 12)), folder).folder;
  expect([readBaseline(one).length, readBaseline(several).length]).toEqual([1, 3]);
  const judgement = judge(readBaseline(several), readBaseline(one), 0.1);
  saveJudgement(judgement, one);
  expect(readFileSync(join(one, 'summary.md'), 'utf8')).toBe(`${judgement.text}\n`);
});

it('says in one line what is no bench', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-baseline-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(() => readBaseline(folder)).toThrow(/^BASELINE: there is no .*result\.json$/);
  for (const text of ['{"schema":1}', '{']) {
    writeFileSync(join(folder, 'result.json'), text);
    expect(() => readBaseline(folder)).toThrow(/^BASELINE: .* is not the result of a bench/);
  }
});
