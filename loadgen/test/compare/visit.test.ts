/** The program's own steps of a comparison, the way the runner takes them, against a gateway of a few lines. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { Journal } from '../../src/compare/journal.ts';
import { CompareResult } from '../../src/compare/result.ts';
import { type Generator, runMain } from '../support/generator.ts';
import { LOAD_OPS, type StubSettings, startStub, underLoad } from '../support/stub.ts';
import { waitFor } from '../support/wait.ts';

const CELLS = { QUICK: '1', MODES: 'pool', OPS: `1,${LOAD_OPS}`, CONNECTIONS: '1,2', DURATION: '0.1' };
let results: string;

beforeEach(() => {
  results = mkdtempSync(join(tmpdir(), 'compare-'));
  return () => rmSync(results, { recursive: true });
});

async function comparing(stubSettings: StubSettings = {}) {
  const stub = await startStub(stubSettings);
  onTestFinished(() => stub.close());
  const env = { ...CELLS, MODE: 'pool', GATEWAY_URL: stub.url, RESULTS_DIR: results };
  const run = (...args: string[]): Generator => runMain(args, { ...env, STARTUP_MS: '1500' });
  const plan = async () => (await run('compare-plan').ended).stdout.trim().split('\n').at(-1) as string;
  return { run, plan };
}

/** Nine programs, one after the other: for hangs, on a machine that is busy with something else. */
const LIMIT_MS = 240_000;

/** What is left to visit: of the mode, and of the machine. */
function visitsOf(folder: string): { pool: string[]; ceilings: string[] } {
  const lines = readFileSync(join(folder, 'visits'), 'utf8').trim().split('\n');
  const { true: ceilings = [], false: pool = [] } = Object.groupBy(lines, (line) => `${line.startsWith('ceilings')}`);
  return { pool, ceilings };
}

it('goes on after an interruption, repeats no cell, and ends with the three forms of a report', {
  timeout: LIMIT_MS,
}, async () => {
  const { run, plan } = await comparing();
  const folder = await plan();
  expect(visitsOf(folder)).toEqual({
    pool: [1, 2, 3].map((repetition) => `pool ${repetition} pool`),
    ceilings: [1, 2, 3].map((repetition) => `ceilings ${repetition} ceilings CONCURRENCY=32 RUST_SHARES=1024`),
  });
  const interrupted = run('compare-visit', folder, 'pool', '1');
  await waitFor('the first cell', () => / left$/m.test(interrupted.stdout()));
  interrupted.kill('SIGTERM');
  expect((await interrupted.ended).code).toBe(130);
  const before = Journal.read(folder).measured;
  expect(before.length).toBeGreaterThan(0);

  expect(await plan()).toBe(folder);
  expect(visitsOf(folder).pool[0]).toBe(before.length < 4 ? 'pool 1 pool' : 'pool 2 pool');
  for (const repetition of ['1', '2', '3']) {
    const { code, stderr } = await run('compare-visit', folder, 'pool', repetition).ended;
    expect(code, stderr).toBe(0);
  }
  const { measured } = Journal.read(folder);
  expect(measured.slice(0, before.length)).toEqual(before);
  expect(measured).toHaveLength(3 * 4);
  expect(new Set(measured.map((one) => `${one.repetition} ${one.ops} ${one.connections}`)).size).toBe(3 * 4);

  expect((await run('compare-report', folder).ended).stdout).toContain('# Which mode for which task');
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['report.html', 'report.md', 'result.json']));
  const result = CompareResult.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));
  expect(result.cells.map(({ valid }) => valid)).toEqual([3, 3, 3, 3]);
  for (const { figures } of result.cells) expect(figures.completedPerS?.min).toBeGreaterThan(0);
  expect(result.contenders[0]?.startupMs?.median).toBe(1500);
  // No visit of them has come to its end.
  expect(result.ceilings).toBeNull();

  const runs = await run('compare-runs', folder, folder).ended;
  expect(runs).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Equal within noise\./) });
  expect(await plan()).not.toBe(folder);
});

it('ends with 2 on a wrong answer under load, and keeps no figure of it', async () => {
  const { run, plan } = await comparing({ fate: underLoad('wrong') });
  const folder = await plan();
  const { code, stderr } = await run('compare-visit', folder, 'pool', '1').ended;
  expect(code).toBe(2);
  expect(stderr).toContain('00000bad');
  expect(Journal.read(folder).measured.filter(({ ops }) => ops === LOAD_OPS)).toEqual([]);
});

it('keeps a cell in which nothing was served, as what it is', async () => {
  const { run, plan } = await comparing({ fate: underLoad('refused') });
  const folder = await plan();
  await run('compare-visit', folder, 'pool', '1').ended;
  const { stdout } = await run('compare-report', folder).ended;
  expect(stdout).toMatch(/^\| +1,009 .* 100\.0 % \|$/m);
  expect(stdout).toMatch(/^\| +1,009 .*\| none +\|/m);
});

it('says that there is nothing to hold against each other', async () => {
  const { run } = await comparing();
  const { code, stderr } = await run('compare-runs', join(results, 'none'), results).ended;
  // 1 is the answer that they differ.
  expect(code).toBe(2);
  expect(stderr).toContain(`there is no ${join(results, 'none', 'result.json')}`);
});
