/** `make calibrate`: visits as comparisons and claims make them, in fresh processes or containers each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CEILINGS } from '../../../loadgen/src/ceilings/figures.ts';
import { CompareResult } from '../../../loadgen/src/compare/result.ts';
import { make, onlyResult, openPorts, running } from './support.ts';

const MODES = 'inline,microservice-js,microservice-scalar';

it('make calibrate prints the ceilings and the kernels, and leaves nothing that runs', async () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-calibrate-'));
  const { code, output } = await make('calibrate', { MODES, RESULTS_DIR });
  expect(code, output).toBe(0);
  const { ceilings, contenders, settings } = onlyResult(RESULTS_DIR, CompareResult);
  expect(settings.modes.join()).toBe(MODES);
  // A contender may be a mode whose services are told something.
  expect(contenders.map(({ kernel }) => kernel)).toEqual(['js', 'js', 'rust-scalar']);
  for (const { sizePerSecondPerCore } of contenders) expect(sizePerSecondPerCore?.median).toBeGreaterThan(0);
  expect(ceilings?.httpPerS.median).toBeGreaterThan(0);
  for (const { title } of Object.values(CEILINGS)) expect(output).toContain(title);
  expect(await running()).toEqual([]);
  expect(await openPorts()).toEqual([]);
  rmSync(RESULTS_DIR, { recursive: true });
}, 400_000);
