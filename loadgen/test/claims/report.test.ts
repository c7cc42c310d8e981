/** The claims beside invented runs: what the table says of them, and what it refuses to read. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readConfig, valid } from '../../src/bench/config.ts';
import type { Result } from '../../src/bench/result.ts';
import { benchOf, isRun, planClaims, runNames } from '../../src/claims/plan.ts';
import { renderClaims, saveClaims } from '../../src/claims/report.ts';
import { addRun, ClaimsResult, readRuns } from '../../src/claims/result.ts';
import { CLIENT_TIMEOUT } from '../../src/load/closed-loop.ts';
import { exampleResult } from '../support/runs.ts';

const config = (env: Record<string, string> = {}) => valid(readConfig({ MODE: 'pool', ...env }));

/** A run that served `perS` answers a second for ten seconds. */
function invented(mode: string, perS: number, changes: Partial<Result> = {}): Result {
  const result = exampleResult();
  const counts = { sent: perS * 10, ok: perS * 10, accepted: 0, refused: 0, failed: 0, unknown: 0, cut: 0 };
  return {
    ...result,
    mode,
    counts,
    reasons: {},
    request: { ...result.request, connections: 100, durationS: 10, ops: 20_000_000, chunks: 8 },
    throughput: { answeredPerS: perS, completedPerS: perS },
    queue: null,
    ...changes,
  };
}

function runs(): ClaimsResult['runs'] {
  const patient = invented('unpooled', 0, { reasons: { 'overloaded (MAX_LIVE_THREADS)': 28 } });
  patient.counts = { ...patient.counts, sent: 128, refused: 28, cut: 100 };
  const given = { ...patient, reasons: { [CLIENT_TIMEOUT]: 97 } };
  const pool = invented('pool', 40);
  const queue = invented('queue', 0, {
    throughput: { answeredPerS: 12_345, completedPerS: 321 },
    queue: { ...(exampleResult().queue as NonNullable<Result['queue']>), backlogAtEnd: 4000, drainPerS: 400 },
  });
  return {
    unpooled: patient,
    'unpooled-original': { ...given, request: { ...given.request, timeoutS: 10 } },
    pool,
    'pool-original': { ...pool, request: { ...pool.request, timeoutS: 10 } },
    microservice: invented('microservice', 320),
    'microservice-scalar': invented('microservice', 80),
    queue,
  };
}

const invention = (changed: Partial<ClaimsResult['runs']> = {}): ClaimsResult => ({
  schema: 1,
  id: 'invented-claims',
  runs: { ...runs(), ...changed },
});

const row = (text: string, claim: string) => text.split('\n').find((line) => line.startsWith(`| ${claim}`));

it('says whose the time-outs are', () => {
  const text = row(renderClaims(invention()), '`unpooled`');
  expect(text).toContain('0 of 128 served, 28 refused, 100 without an answer');
  expect(text).toContain('at the end, 97 time-outs');
  expect(text).toContain('gives up after 10 s');
  expect(text).toContain('the same load has 0.');
  expect(text).toContain('overloaded (MAX_LIVE_THREADS)');
});

it('tells the language from the instructions', () => {
  const text = row(renderClaims(invention()), 'Rust is');
  expect(text).toContain('8 x; without vector instructions 2 x');
  expect(text).toContain('4 x the instructions');
});

it('tells what is promised from what is done', () => {
  const text = row(renderClaims(invention()), '`queue`');
  expect(text).toContain('12,345/s');
  expect(text).toMatch(/4,000 jobs were left [^,]*, 10 s of work/);
});

it('derives the latency of a closed loop from its throughput', () => {
  expect(row(renderClaims(invention()), '`pool`')).toContain('100 callers / 40/s = 2,500 ms');
});

it('says when the time-out did change something', () => {
  const pool = { ...runs()['pool-original'], reasons: { [CLIENT_TIMEOUT]: 60 } };
  expect(row(renderClaims(invention({ 'pool-original': pool })), '`pool`')).toContain(
    '60 waited 10 s and were given up',
  );
});

it('has something to say of runs in which nothing was served', () => {
  const dead = invented('pool', 0, { latencyMs: { ...exampleResult().latencyMs, mean: null, p50: null, max: null } });
  const text = renderClaims(invention({ pool: dead, microservice: dead, 'microservice-scalar': dead }));
  expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(row(text, 'Rust is')).toContain('- x');
});

it('says in its first lines when the load was not that of the claims', () => {
  expect(renderClaims(invention())).not.toContain('another load');
  const { pool } = runs();
  const short = { ...pool, request: { ...pool.request, durationS: 1 } };
  expect(renderClaims(invention({ pool: short })).split('\n')[1]).toContain('another load');
});

it('reads back what it wrote down, run by run, and names what is missing', () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'claims-'));
  onTestFinished(() => rmSync(RESULTS_DIR, { recursive: true }));
  const folder = planClaims(config({ RESULTS_DIR }));
  expect(() => readRuns(folder)).toThrow('there is no');
  const all = runs();
  const [last, ...others] = [...runNames].reverse();
  for (const name of others) addRun(folder, name, all[name]);
  expect(() => readRuns(folder)).toThrow(`lacks ${last}`);
  addRun(folder, last as (typeof runNames)[number], all[last as (typeof runNames)[number]]);
  const result = readRuns(folder);
  expect(result.runs).toEqual(all);
  const text = saveClaims(result, folder);
  expect(readFileSync(join(folder, 'report.md'), 'utf8')).toBe(`${text}\n`);
  expect(ClaimsResult.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')))).toEqual(result);
});

it('plans each run with the client and the kernel that its name says', () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'claims-'));
  onTestFinished(() => rmSync(RESULTS_DIR, { recursive: true }));
  const lines = readFileSync(join(planClaims(config({ RESULTS_DIR })), 'visits'), 'utf8')
    .trim()
    .split('\n');
  expect(lines).toContain('unpooled-original 1 unpooled');
  expect(lines).toContain('microservice-scalar 1 microservice KERNEL=scalar');
  expect(lines.map((line) => line.split(' ')[0]).every((name) => isRun(name as string))).toBe(true);
  expect(benchOf('pool-original', config()).TIMEOUT).toBe(10);
  expect(benchOf('pool', config()).TIMEOUT).toBeUndefined();
});
