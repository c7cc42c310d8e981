/** `make bench` in every mode. Containers have the same tests of the benches that their dashboards show. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modeNames } from '../../../../gateway/src/mode-names.ts';
import { RepeatedResult } from '../../../../loadgen/src/compare/repeated.ts';
import { root } from '../../../src/settings.ts';
import { chaos, expectBench } from '../promises.ts';
import { make, onlyResult, ports, runtime, short } from '../support.ts';

describe.each(modeNames)('make bench MODE=%s', (mode) => {
  it('exits with 0 and leaves a valid result whose counts add up', async () => {
    const RESULTS_DIR = mkdtempSync(join(tmpdir(), `heavy-lifter-${mode}-`));
    const made = await make('bench', { ...short, RESULTS_DIR, MODE: mode });
    expectBench(mode, made, onlyResult(RESULTS_DIR));
    rmSync(RESULTS_DIR, { recursive: true });
  });
});

it('has the service of `microservice` in JavaScript, too', async () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-js-'));
  const js = { MODE: 'microservice', IMPLEMENTATION: 'js' };
  const made = await make('bench', { ...short, ...js, RESULTS_DIR });
  const result = onlyResult(RESULTS_DIR);
  expectBench('microservice', made, result);
  expect(result.kernel.path).toBe('js');
  expect(Object.keys(result.resources).sort()).toEqual(['gateway-microservice', 'generator', 'node-service']);
  rmSync(RESULTS_DIR, { recursive: true });

  const { cells } = (await chaos({ ...js, TARGET: 'node-service', FAULT: 'KILL' })).result;
  expect(cells).toMatchObject([{ target: 'node-service', counts: { lost: 0, failed: 0, open: 0 } }]);
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

it('fails where a task costs more CPU time than in the bench that it is held against, and says so to a pull request', async () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-baseline-'));
  const summary = join(RESULTS_DIR, 'step-summary.md');
  const bench = (more: Record<string, string>) =>
    make('bench', { ...short, MODE: 'pool', CONNECTIONS: '4', RESULTS_DIR, GITHUB_STEP_SUMMARY: summary, ...more });
  const none = await bench({ BASELINE: RESULTS_DIR });
  expect([none.code === 0, none.output]).toEqual([
    false,
    expect.stringMatching(/^BASELINE must be the folder of a bench/),
  ]);

  expect((await bench({ REPEAT: '2' })).code).toBe(0);
  const BASELINE = join(RESULTS_DIR, readdirSync(RESULTS_DIR).find((name) => name.endsWith('-repeated')) ?? 'none');
  const same = await bench({ BASELINE, MAX_REGRESSION: '900%', REPEAT: '2' });
  expect([same.code, same.output]).toEqual([0, expect.stringContaining('**Not slower.**')]);
  const before = RepeatedResult.parse(JSON.parse(readFileSync(join(BASELINE, 'result.json'), 'utf8')));
  expect(before.runs.length).toBe(2);
  for (const { cost } of before.runs) {
    cost.computeCpuS = Number(cost.computeCpuS) / 4;
    cost.overheadUs = Number(cost.overheadUs) / 4;
  }
  writeFileSync(join(BASELINE, 'result.json'), JSON.stringify(before));
  const slower = await bench({ BASELINE });
  expect([slower.code === 0, slower.output]).toEqual([false, expect.stringContaining('**Slower.**')]);
  const told = readFileSync(summary, 'utf8');
  for (const verdict of ['**Not slower.**', '**Slower.**']) expect(told.split(verdict).length).toBe(2);
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
