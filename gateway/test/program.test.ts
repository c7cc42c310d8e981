/** The program itself, as whoever starts it sees it: settings, ports, exit codes. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freePort } from './support/processes.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

function run(env: Record<string, string>, ...words: string[]) {
  const given = { PATH: process.env.PATH, ...env };
  // It may end for no other reason than its own.
  return spawnSync(process.execPath, [main, ...words], { env: given, encoding: 'utf8', timeout: 50_000 });
}

describe('--check', () => {
  it.each([
    [{ MODE: 'fast' }, /^MODE: must be one of inline, /],
    [{ MAX_QUEUE: 'abc' }, /^MAX_QUEUE: must be a whole number from 1 to 1000000$/],
    [{ MAX_QUEUE: '9'.repeat(30) }, /^MAX_QUEUE: must be a whole number/],
    [{ REQUEST_TIMEOUT_MS: '1e3', PORT: '65536' }, /^PORT: .*\nREQUEST_TIMEOUT_MS: .*$/],
    [{ MAX_QUEUE: 'abc', PORT: '4000', ADMIN_PORT: '4000' }, /^MAX_QUEUE: .*\nADMIN_PORT: must be another than PORT$/],
    [{ SHUTDOWN_GRACE_MS: '8000' }, /^SHUTDOWN_GRACE_MS: must not exceed half of SHUTDOWN_TIMEOUT_MS \(15000\)$/],
    [{ MODE: 'native', KERNEL: 'neon' }, /^KERNEL: this CPU cannot run it; it can run scalar/],
  ])('of %j', (env: Record<string, string>, problems) => {
    // The one kernel that is another architecture's.
    if (process.arch === 'arm64' && env.KERNEL) env.KERNEL = 'avx2';
    const { status, stdout, stderr } = run({ MODE: 'pool', ...env }, '--check');
    expect(stderr.trim()).toMatch(problems);
    expect([status, stdout]).toEqual([1, '']);
  });

  it('says nothing of settings that are right, and starts nothing', () => {
    const { status, stdout, stderr } = run({ MODE: 'queue' }, '--check');
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });
});

describe('a port that is taken ends it with a line and leaves nothing', () => {
  it.each([
    ['pool', 'PORT'],
    ['pool', 'ADMIN_PORT'],
    // Its connections to Redis would keep the process alive.
    ['queue', 'PORT'],
    ['queue', 'ADMIN_PORT'],
  ])('%s: %s', async (MODE, name) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const free = String(await freePort());
    const { status, signal, stdout } = run({ MODE, PORT: free, ADMIN_PORT: free, [name]: String(port) });
    holder.close();
    const [line = '', ...more] = stdout
      .trim()
      .split('\n')
      .filter((text) => text.includes('cannot start'));
    expect([status, signal, more], stdout).toEqual([1, null, []]);
    expect(JSON.parse(line)).toMatchObject({ level: 'fatal', error: expect.stringContaining(`127.0.0.1:${port}`) });
    expect(JSON.parse(line).error).toContain('EADDRINUSE');
  });
});
