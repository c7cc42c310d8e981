/** `make bench` in every mode: verified, measured, adding up. */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { modeNames } from '../../../gateway/src/mode-names.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { root } from '../../src/settings.ts';
import { begin, make, onlyResult, openPorts, ports, running, runtime, short } from './support.ts';

afterAll(() => make('down'));

describe.each(modeNames)('make bench MODE=%s', (mode) => {
  it('exits with 0 and leaves a valid result whose counts add up', async () => {
    const RESULTS_DIR = mkdtempSync(join(tmpdir(), `heavy-lifter-${mode}-`));
    const { code, output } = await make('bench', { ...short, RESULTS_DIR, MODE: mode });
    expect(code, output).toBe(0);
    const result = onlyResult(RESULTS_DIR);
    const { sent, ...ends } = result.counts;
    expect(result).toMatchObject({ mode, runtime, request: { ops: 200_000, chunks: 8, durationS: 1 } });
    expect(sent).toBe(Object.values(ends).reduce((sum, n) => sum + n, 0));
    expect(result.verify.vectors).toBeGreaterThan(15);
    expect(result.kernel.opsPerSecondPerCore).toBeGreaterThan(0);
    expect(result.bystander.idle.count).toBeGreaterThan(0);
    expect(Object.keys(result.resources)).toEqual(expect.arrayContaining([`gateway-${mode}`, 'generator']));
    // Where nothing is served, the report says what became of it; only `unpooled` may come to that.
    const served = result.counts.ok + result.counts.accepted;
    if (mode === 'unpooled') expect(served + result.counts.refused + result.counts.cut).toBeGreaterThan(0);
    else expect(served, output).toBeGreaterThan(0);
    if (mode === 'queue') {
      expect(result.queue).toMatchObject({ accepted: result.counts.accepted, failed: 0, missing: 0 });
      expect(result.queue?.completed).toBeGreaterThan(0);
      const { accepted = 0, completed = 0, failed = 0, missing = 0, discarded = 0 } = result.queue ?? {};
      expect(completed + failed + missing + discarded).toBe(accepted);
      expect(result.queue?.acceptCostUs).not.toBeNull();
      expect(result.bystander.paced?.count).toBeGreaterThan(0);
    }
    expect(output).toMatch(/^(Not c|C)omparable with runs on other machines/m);
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

it('ended by Ctrl-C takes down the stack that it started', async () => {
  await make('down');
  const bench = begin('bench', { ...short, MODE: 'pool', DURATION: '60' });
  await waitFor('the measuring to begin', () => bench.output().includes('measure:'), 60_000);
  expect(await running()).not.toEqual([]);
  bench.interrupt();
  expect((await bench.ended).code).not.toBe(0);
  expect((await make('status')).output).toContain('nothing is up');
  expect(await openPorts()).toEqual([]);
});

it.runIf(runtime === 'local')('does not measure a kernel with one wrong constant', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'heavy-lifter-corrupt-'));
  for (const part of ['gateway/dist', 'gateway/package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const kernel = join(copy, 'gateway/dist/workload.js');
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
