/** `make chaos`: short runs of the real thing. What it promises of long ones is in its own result. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ChaosResult } from '../../../loadgen/src/chaos/result.ts';
import { make, onlyResult, runtime } from './support.ts';

afterAll(() => make('down'));

async function chaos(variables: Record<string, string>) {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-chaos-'));
  try {
    const { code, output } = await make('chaos', { ROUNDS: '1', ...variables, RESULTS_DIR });
    expect(code, output).toBe(0);
    return { output, result: onlyResult(RESULTS_DIR, ChaosResult) };
  } finally {
    rmSync(RESULTS_DIR, { recursive: true });
  }
}

it('a queue whose worker is killed loses nothing, and starts the job in hand again', async () => {
  const { output, result } = await chaos({ MODE: 'queue', TARGET: 'rust-worker', FAULT: 'KILL' });
  expect(output).toContain('Every promise was kept.');
  expect(result).toMatchObject({ mode: 'queue', runtime });
  const [cell] = result.cells;
  expect(cell).toMatchObject({ target: 'rust-worker', fault: 'KILL', broken: [] });
  expect(cell?.counts).toMatchObject({ lost: 0, failed: 0, unknown: 0, open: 0 });
  expect(cell?.counts.acknowledged).toBeGreaterThan(100);
  expect(cell?.counts.completed).toBe(cell?.counts.acknowledged);
  expect(cell?.counts.startedAgain).toBeGreaterThan(0);
  expect(cell?.rounds[0]?.ms.jobStartedAgain).toBeGreaterThan(0);
});

it('a gateway that is told to leave serves what is in flight', async () => {
  const { result } = await chaos({ MODE: 'queue', TARGET: 'gateway', FAULT: 'TERM' });
  const [cell] = result.cells;
  expect(cell?.broken).toEqual([]);
  expect(cell?.rounds[0]?.inHand.requests).toBeGreaterThan(0);
  expect(cell?.rounds[0]?.inHand.notServed).toBe(0);
});

it('a killed gateway without a queue takes what it had in flight along, and that is counted', async () => {
  const { output, result } = await chaos({ MODE: 'pool', TARGET: 'gateway', FAULT: 'KILL' });
  const [cell] = result.cells;
  expect(cell?.rounds[0]?.inHand.notServed, output).toBeGreaterThan(0);
  expect(cell?.counts.unknown).toBeGreaterThan(0);
  expect(cell?.rounds[0]?.ms.firstSuccess).toBeGreaterThan(0);
});

it('the checker sees what a queue loses that keeps no second copy', async () => {
  const { code, output } = await make('chaos-control', { ROUNDS: '2' });
  expect(code, output).toBe(0);
  expect(output).toMatch(/acknowledged, \d+ completed, [1-9]\d* lost/);
});

it('a cell that a mode does not have is said in one line', async () => {
  const { code, output } = await make('chaos', { MODE: 'pool', TARGET: 'redis' });
  expect(code).not.toBe(0);
  expect(output).toMatch(/^mode pool has no cell redis x any$/m);
});
