/** What every bench and every run of faults must come to, whoever asked for it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Result } from '../../../loadgen/src/bench/result.ts';
import { ChaosResult } from '../../../loadgen/src/chaos/result.ts';
import { type Made, make, onlyResult, runtime, short } from './support.ts';

/** A bench with the settings `short`: verified, measured, adding up. */
export function expectBench(mode: string, { code, output }: Made, result: Result, durationS = Number(short.DURATION)) {
  expect(code, output).toBe(0);
  const { sent, ...ends } = result.counts;
  expect(result).toMatchObject({ mode, runtime, request: { ops: 200_000, chunks: 8, durationS } });
  expect(sent).toBe(Object.values(ends).reduce((sum, n) => sum + n, 0));
  expect(result.verify.vectors).toBeGreaterThan(15);
  expect(result.kernel.sizePerSecondPerCore).toBeGreaterThan(0);
  expect(result.bystander.idle.count).toBeGreaterThan(0);
  expect(Object.keys(result.resources)).toEqual(expect.arrayContaining([`gateway-${mode}`, 'generator']));
  // Where nothing is served, the report says what became of it; only `unpooled` may come to that.
  const served = result.counts.ok + result.counts.accepted;
  if (mode === 'unpooled') expect(served + result.counts.refused + result.counts.cut).toBeGreaterThan(0);
  else {
    expect(served, output).toBeGreaterThan(0);
    expect(result.cost.computeCpuS).toBeGreaterThan(0);
    expect(result.cost.overheadUs).not.toBeNull();
    expect(result.kernel.sizePerCpuSecond).toBeGreaterThan(0);
    expect(output).toContain('Compute CPU: ');
  }
  if (mode === 'queue') {
    expect(result.queue).toMatchObject({ accepted: result.counts.accepted, failed: 0, missing: 0, unread: 0 });
    expect(result.queue?.completed).toBeGreaterThan(0);
    const { accepted = 0, completed = 0, failed = 0, missing = 0, discarded = 0 } = result.queue ?? {};
    expect(completed + failed + missing + discarded).toBe(accepted);
    expect(result.queue?.acceptCostUs).not.toBeNull();
    expect(result.cost.acceptUs).not.toBeNull();
    expect(result.bystander.paced?.count).toBeGreaterThan(0);
  }
  expect(output).toMatch(/^(Not c|C)omparable with runs on other machines/m);
}

/** On a busy machine a round may find no steady state before its fault; that says nothing of promises. */
const UNSTEADY = /without a steady state$/;

/** A run of faults that keeps its promises; one round unless `variables` say otherwise. */
export async function chaos(variables: Record<string, string>) {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-chaos-'));
  try {
    const { code, output } = await make('chaos', { ROUNDS: '1', ...variables, RESULTS_DIR });
    const result = onlyResult(RESULTS_DIR, ChaosResult);
    const remarks = result.cells.flatMap(({ broken }) => broken);
    const broken = remarks.filter((remark) => !UNSTEADY.test(remark));
    expect(broken, output).toEqual([]);
    if (remarks.length === 0) expect(output).toContain('Every promise was kept.');
    expect(code === 0, output).toBe(remarks.length === 0);
    return { output, result };
  } finally {
    rmSync(RESULTS_DIR, { recursive: true });
  }
}

/** A run of faults in which the worker of a queue was killed. */
export function expectNothingLost({ result }: Awaited<ReturnType<typeof chaos>>): void {
  expect(result).toMatchObject({ mode: 'queue', runtime });
  const [cell] = result.cells;
  expect(cell).toMatchObject({ target: 'rust-worker', fault: 'KILL' });
  expect(cell?.counts).toMatchObject({ lost: 0, failed: 0, unknown: 0, open: 0 });
  expect(cell?.counts.acknowledged).toBeGreaterThan(100);
  // Some promises are called off, and each of them is in one of the two.
  const { completed = 0, cancelled = 0, acknowledged } = cell?.counts ?? {};
  expect(completed + cancelled).toBe(acknowledged);
  expect(completed).toBeGreaterThan(cancelled);
  expect(cell?.counts.startedAgain).toBeGreaterThan(0);
  expect(cell?.rounds[0]?.ms.jobStartedAgain).toBeGreaterThan(0);
}
