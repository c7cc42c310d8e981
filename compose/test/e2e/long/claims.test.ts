/** `make claims`: every run under a short load, and the table. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ClaimsResult } from '../../../../loadgen/src/claims/result.ts';
import { make, onlyResult, openPorts, runtime, short } from '../support.ts';

it('puts each claim beside what was measured, and leaves nothing that runs', async () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-claims-'));
  const { code, output } = await make('claims', { ...short, RESULTS_DIR });
  expect(code, output).toBe(0);
  const { id, runs } = onlyResult(RESULTS_DIR, ClaimsResult);
  for (const { request, runtime: where } of Object.values(runs)) {
    expect(request).toMatchObject({ ops: 200_000, durationS: 1, rate: null });
    expect(where).toBe(runtime);
  }
  // Each is what its name says: the client's patience, the kernel, the mode.
  const { unpooled, 'unpooled-original': impatient, 'microservice-scalar': scalar, queue } = runs;
  expect([unpooled.request.timeoutS, impatient.request.timeoutS]).toEqual([null, 1]);
  expect(scalar).toMatchObject({ mode: 'microservice', kernel: { path: 'rust-scalar' } });
  expect(queue.queue?.accepted).toBeGreaterThan(0);
  const report = readFileSync(join(RESULTS_DIR, id, 'report.md'), 'utf8');
  expect(report).toMatch(/^\| claim +\| what we measured +\| why/m);
  expect(output).toContain(report.trim());
  expect(await openPorts()).toEqual([]);
  rmSync(RESULTS_DIR, { recursive: true });
  // Seven stacks, and before them their images.
}, 400_000);
