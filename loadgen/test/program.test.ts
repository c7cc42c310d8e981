/** The programs themselves before they do anything: --check, and ports that are taken. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readers } from '../src/readers.ts';
import { runMain, startBench } from './support/generator.ts';

let holder: Server;
let taken: string;

beforeAll(async () => {
  holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  taken = String((holder.address() as { port: number }).port);
});
afterAll(() => void holder.close());

describe('--check', () => {
  it.each([
    ['bench', { OPS: '0', RATE: 'x' }, 'RATE: must be a whole number from 0 to 100000\nOPS: must be a whole number'],
    ['chaos', { TARGET: 'router' }, 'TARGET: must be one of gateway, '],
    ['chaos-control', { ROUNDS: '0' }, 'ROUNDS: must be a whole number'],
    ['compare-plan', { MODES: 'pool,nix', OPS: '1,0' }, 'MODES: must be some of '],
    ['calibrate-plan', { MODES: ',' }, 'MODES: must be some of '],
    ['claims-plan', { DURATION: '0' }, 'DURATION: must be seconds from 0.5 to 86400'],
  ])('of %s with %j', async (verb, env: Record<string, string>, problems) => {
    const { code, stdout, stderr } = await runMain([verb, '--check'], { MODE: 'pool', ...env }).ended;
    expect(stderr).toContain(problems);
    expect([code, stdout]).toEqual([1, '']);
  });

  it('says nothing of settings that are right', async () => {
    for (const verb of Object.keys(readers)) {
      const { code, stdout, stderr } = await runMain([verb, '--check'], { MODE: 'pool' }).ended;
      expect({ verb, code, stdout, stderr }).toEqual({ verb, code: 0, stdout: '', stderr: '' });
    }
  });
});

it('a bench whose port for metrics is taken ends with a line, before it asks anybody', async () => {
  const { code, stderr } = await startBench('http://127.0.0.1:1', { METRICS_PORT: taken }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^no metrics of the generator: .*EADDRINUSE.* 127.0.0.1:${taken}: .*METRICS_PORT=\n$`),
  );
});

describe('the server of the ceilings', () => {
  const program = fileURLToPath(new URL('../src/ceilings/server.ts', import.meta.url));
  const run = (env: Record<string, string>, ...words: string[]) =>
    spawnSync(process.execPath, ['--conditions=source', program, ...words], {
      env: { PATH: process.env.PATH, REDIS_URL: 'redis://127.0.0.1:1', ...env },
      encoding: 'utf8',
      timeout: 50_000,
    });

  it('checks its settings', () => {
    const { status, stderr } = run({ PORT: 'x', REDIS_URL: 'here' }, '--check');
    expect(stderr).toMatch(/^PORT: must be .*\nREDIS_URL: must be .*\n$/);
    expect(status).toBe(1);
    expect(run({}, '--check')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('ends with a line where its port is taken', () => {
    const { status, signal, stderr } = run({ PORT: taken });
    expect([status, signal]).toEqual([1, null]);
    expect(stderr.trim().split('\n').at(-1)).toMatch(new RegExp(`EADDRINUSE.* 127.0.0.1:${taken}$`));
  });
});
