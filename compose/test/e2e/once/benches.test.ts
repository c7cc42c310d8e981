/** `make bench` in every mode. Containers have the same tests of the benches that their dashboards show. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modeNames } from '../../../../gateway/src/mode-names.ts';
import { root } from '../../../src/settings.ts';
import { expectBench } from '../promises.ts';
import { make, onlyResult, ports, runtime, short } from '../support.ts';

describe.each(modeNames)('make bench MODE=%s', (mode) => {
  it('exits with 0 and leaves a valid result whose counts add up', async () => {
    const RESULTS_DIR = mkdtempSync(join(tmpdir(), `heavy-lifter-${mode}-`));
    const made = await make('bench', { ...short, RESULTS_DIR, MODE: mode });
    expectBench(mode, made, onlyResult(RESULTS_DIR));
    rmSync(RESULTS_DIR, { recursive: true });
  });
});

it('takes a rate instead of connections', async () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-rate-'));
  const { code, output } = await make('bench', { ...short, RESULTS_DIR, MODE: 'inline', RATE: '100', OPS: '1000' });
  expect(code, output).toBe(0);
  const { request, counts } = onlyResult(RESULTS_DIR);
  expect(request.rate).toBe(100);
  expect(counts.ok).toBe(100);
  rmSync(RESULTS_DIR, { recursive: true });
});

it.runIf(runtime === 'local')('does not measure a kernel with one wrong constant', async () => {
  await make('down');
  const copy = mkdtempSync(join(tmpdir(), 'heavy-lifter-corrupt-'));
  for (const part of ['gateway', 'workloads'].flatMap((name) => [`${name}/dist`, `${name}/package.json`]))
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // The copy's own kernel, not the one that node_modules leads to.
  mkdirSync(join(copy, 'gateway/node_modules/@heavy-lifter'), { recursive: true });
  symlinkSync(join(copy, 'workloads'), join(copy, 'gateway/node_modules/@heavy-lifter/workloads'));
  const kernel = join(copy, 'workloads/dist/count/js.js');
  const text = readFileSync(kernel, 'utf8');
  writeFileSync(kernel, text.replaceAll('0x85ebca6b', '0x85ebca6d'));
  expect(readFileSync(kernel, 'utf8')).not.toBe(text);

  const env = { ...process.env, MODE: 'pool', PORT: ports.PORT, ADMIN_PORT: ports.ADMIN_PORT };
  const gateway = spawn(process.execPath, [join(copy, 'gateway/dist/main.js')], { env, stdio: 'ignore' });
  const settings = {
    MODE: 'pool',
    GATEWAY_URL: `http://127.0.0.1:${ports.PORT}`,
    METRICS_PORT: '0',
    RESULTS_DIR: join(copy, 'results'),
  };
  const generator = spawnSync(process.execPath, [join(root, 'loadgen/dist/main.js'), 'bench'], {
    env: { ...process.env, ...settings },
    encoding: 'utf8',
  });
  const exited = once(gateway, 'exit');
  gateway.kill();
  await exited;
  expect(generator.status, generator.stderr).toBe(2);
  expect(generator.stderr).toContain('Nothing is measured');
  expect(generator.stdout).not.toContain('measure:');
  rmSync(copy, { recursive: true });
});
