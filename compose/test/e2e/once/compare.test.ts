/** `make compare`: a grid of two cells, interrupted and gone on with. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitFor } from '../../../../gateway/test/support/wait.ts';
import { ceilingNames } from '../../../../loadgen/src/ceilings/figures.ts';
import { CompareResult } from '../../../../loadgen/src/compare/result.ts';
import { begin, make, onlyResult, openPorts, runtime } from '../support.ts';

it('goes on after Ctrl-C without repeating a cell, and leaves a report and nothing that runs', async () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-compare-'));
  const grid = {
    QUICK: '1',
    MODES: 'inline,queue',
    OPS: '1,200000000',
    CONNECTIONS: '2',
    DURATION: '0.5',
    RESULTS_DIR,
  };
  const written = (kind: 'cell' | 'ceilings') => {
    const [folder] = readdirSync(RESULTS_DIR);
    const file = join(RESULTS_DIR, folder ?? '', 'cells.jsonl');
    const lines = folder && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line.startsWith(`{"kind":"${kind}"`));
  };
  const cells = () => written('cell');

  const first = begin('compare', grid);
  await waitFor('the first cell', () => cells().length > 0, 240_000);
  first.interrupt();
  expect((await first.ended).code).not.toBe(0);
  const [before, ceilings] = [cells(), written('ceilings')];
  expect(before.length).toBeLessThan(12);

  const { code, output } = await make('compare', grid);
  expect(code, output).toBe(0);
  expect(output).toContain('going on with');
  expect(cells().slice(0, before.length)).toEqual(before);
  expect(cells()).toHaveLength(12);
  expect(written('ceilings').slice(0, ceilings.length)).toEqual(ceilings);
  expect(written('ceilings')).toHaveLength(3);
  const result = onlyResult(RESULTS_DIR, CompareResult);
  expect(result.settings).toMatchObject({ runtime, modes: ['inline', 'queue'] });
  expect(result.cells.map(({ valid }) => valid)).toEqual([3, 3, 3, 3]);
  for (const { figures } of result.cells) expect(figures.completedPerS?.median).toBeGreaterThan(0);
  // What is promised in half a second is more than a worker does in one, so the drain is long enough for a figure.
  const promised = result.cells.find(({ mode, ops }) => mode === 'queue' && ops > 1);
  expect(promised?.figures.drainEfficiency?.median).toBeGreaterThan(0);
  // Each job is in one of them, also those that were left.
  const queues = cells().flatMap((line) => JSON.parse(line).result.queue ?? []);
  expect(queues.some(({ discarded }) => discarded > 0)).toBe(true);
  for (const { accepted, completed, failed, missing, discarded } of queues)
    expect(completed + failed + missing + discarded).toBe(accepted);
  for (const { startupMs } of result.contenders) expect(startupMs?.min).toBeGreaterThan(0);
  // A difference of two of them on a machine that does something else may be anything.
  const { acceptCostUs, ...measured } = result.ceilings ?? {};
  expect(acceptCostUs?.values).toHaveLength(3);
  expect(Object.keys(measured)).toHaveLength(ceilingNames.length - 1);
  for (const [name, { min, values }] of Object.entries(measured)) {
    expect(min, name).toBeGreaterThan(0);
    expect(values, name).toHaveLength(3);
  }
  const folder = join(RESULTS_DIR, result.id);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['report.html', 'report.md']));
  expect(await openPorts()).toEqual([]);

  const runs = await make('compare-runs', { A: folder, B: folder, RESULTS_DIR });
  expect(runs.code, runs.output).toBe(0);
  expect(runs.output).toContain('Equal within noise.');
  rmSync(RESULTS_DIR, { recursive: true });
  // Two runs, and before them images of every mode.
}, 400_000);
