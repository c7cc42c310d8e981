/** A bench that is done several times: one report of medians and ranges. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../src/bench/result.ts';
import { RepeatedResult, renderRepeated, repeatedOf } from '../../src/compare/repeated.ts';
import { runMain } from '../support/generator.ts';
import { exampleResult } from '../support/runs.ts';
import { LOAD_OPS, startStub } from '../support/stub.ts';

const example = exampleResult();
const run = (overheadUs: number, factor: number): Result => ({
  ...example,
  cost: { computeCpuS: 0.002, overheadUs, nonBlockingUs: 30, bystanderUs: 400, acceptUs: 50 },
  disturbance: { factor, others: 0, steal: 0, stretch: 1, runQueue: 0 },
});

it('has the median, the least and the most of each figure, and says what was disturbed', () => {
  const text = renderRepeated(repeatedOf([run(300, 1), run(100, 1), run(200, 1)]));
  expect(text.split('\n')[0]).toMatch(/ Machine undisturbed \(worst x1\.0\)\.$/);
  expect(text).toMatch(/^\| overhead us +\| +200 \| +100 \| +300 \| +3 \|$/m);
});

it('is about the runs that were not disturbed, where these are more', () => {
  const text = renderRepeated(repeatedOf([run(300, 1), run(100, 1), run(900, 1.6)]));
  expect(text.split('\n')[0]).toMatch(/ Machine disturbed in 1 of 3 runs; worst x1\.6\.$/);
  expect(text).toMatch(/^\| overhead us +\| +200 \| +100 \| +300 \| +2 \|$/m);
  expect(renderRepeated(repeatedOf([run(100, 1), run(900, 1.6)]))).toMatch(/^\| overhead us .*\| +2 \|$/m);
});

it('comes of REPEAT=, beside the reports of the single runs', async () => {
  const results = mkdtempSync(join(tmpdir(), 'repeated-'));
  onTestFinished(() => rmSync(results, { recursive: true }));
  const stub = await startStub({});
  onTestFinished(() => stub.close());
  const load = { OPS: `${LOAD_OPS}`, CHUNKS: '4', CONNECTIONS: '2', DURATION: '0.5', WARMUP: '0', QUIET: '0.1' };
  const settings = { MODE: 'pool', GATEWAY_URL: stub.url, METRICS_PORT: '0', RESULTS_DIR: results, REPEAT: '2' };
  const { code, stdout, stderr } = await runMain(['bench'], { ...load, ...settings }).ended;
  expect(code, stderr).toBe(0);
  const folder = stdout.trim().split('\n').at(-1) ?? '';
  expect(folder).toMatch(/-pool-repeated$/);
  const { runs, figures } = RepeatedResult.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));
  expect(readdirSync(results).sort()).toEqual([...runs.map(({ id }) => id), folder.split('/').at(-1)].sort());
  expect(runs).toHaveLength(2);
  expect(figures.completedPerS?.median).toBeGreaterThan(0);
  expect(stdout).toContain(readFileSync(join(folder, 'report.md'), 'utf8').trim());
});
