/** Supervision with real processes: small servers that live and die as told. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { waitFor } from '../../gateway/test/support/wait.ts';
import { OutputFile } from '../src/output.ts';
import type { Service } from '../src/services.ts';
import { Supervised } from '../src/supervised.ts';

const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-supervised-'));
const running: Supervised[] = [];
let events: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  events = [];
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function supervised(script: (port: number) => string): Promise<Supervised> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  holder.close();
  await once(holder, 'close');
  const service: Service = {
    name: 'small',
    command: [process.execPath, '-e', script(port)],
    env: {},
    cpus: '',
    health: `http://127.0.0.1:${port}/`,
    ports: {},
    dependsOn: [],
    memoryBytes: 2 ** 30,
    graceMs: 5_000,
    checks: false,
  };
  const output = new OutputFile(join(folder, 'small.log'));
  const one = new Supervised(service, folder, output, (event, detail) =>
    events.push(detail ? `${event} ${detail}` : event),
  );
  running.push(one);
  return one;
}

const server = (port: number) =>
  `require('http').createServer((q, r) => { r.end('ok'); if (q.url === '/exit') process.exit(0) }).listen(${port}, '127.0.0.1')`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('brings back a process that ends, also with 0', async () => {
  const one = await supervised(server);
  await one.start();
  const first = one.pid;
  await fetch(`${one.service.health}exit`).catch(() => undefined);
  await waitFor('a new process', () => one.state === 'healthy' && one.pid !== first && one.pid !== undefined);
  expect(one.restarts).toBe(1);
  expect(events).toEqual(expect.arrayContaining(['started', 'exited code 0', 'restarted', 'healthy']));
});

it('brings back a process that is killed, and says of what it died', async () => {
  const one = await supervised(server);
  await one.start();
  one.kill('SIGKILL', 'memory-limit', '600 MiB of 512 MiB');
  await waitFor('a new process', () => one.restarts === 1 && one.state === 'healthy');
  expect(events).toContain('memory-limit 600 MiB of 512 MiB');
  expect(events).toContain('exited memory-limit: 600 MiB of 512 MiB');
});

it('leaves a stopped process alone until it is started', async () => {
  const one = await supervised(server);
  await one.start();
  const pid = one.pid as number;
  await one.stop();
  expect(one.state).toBe('stopped');
  expect(isAlive(pid)).toBe(false);
  expect(events.at(-1)).toBe('stopped');
  await one.start();
  expect(one.state).toBe('healthy');
});

it('lets a process stand still and go on; what stands still can be ended all the same', async () => {
  const one = await supervised(server);
  await one.start();
  const { pid, since } = one;
  one.kill('SIGSTOP');
  expect(one).toMatchObject({ paused: true, state: 'healthy', pid });
  expect(one.since).toBeGreaterThan(since);
  one.kill('SIGCONT');
  expect(one.paused).toBe(false);
  expect((await fetch(one.service.health)).status).toBe(200);
  one.kill('SIGSTOP');
  one.kill('SIGTERM');
  await waitFor('a new process', () => one.state === 'healthy' && one.pid !== undefined && one.pid !== pid);
  one.kill('SIGSTOP');
  await one.stop();
  expect(one).toMatchObject({ paused: false, state: 'stopped' });
});

it('waits longer for a process that keeps dying, for ever if it was healthy once', async () => {
  const marker = join(folder, 'was-healthy');
  const one = await supervised(
    (port) => `if (require('fs').existsSync('${marker}')) process.exit(3); else { ${server(port)} }`,
  );
  await one.start();
  writeFileSync(marker, '');
  one.kill('SIGKILL');
  await waitFor('several attempts', () => one.restarts >= 4);
  expect(events.filter((event) => event === 'exited code 3').length).toBeGreaterThanOrEqual(3);
  await one.stop();
  expect(one.state).toBe('stopped');
});

it('gives a process up that ended three times without having been healthy, with its last line', async () => {
  const one = await supervised(() => `console.log('the cause'); process.exit(3)`);
  await expect(one.start()).rejects.toThrow(/^small ended 3 times at its start: the cause$/);
  expect(one.state).toBe('given up');
  expect(one.pid).toBeUndefined();
  expect(events.filter((event) => event === 'exited code 3')).toHaveLength(3);
  // As often when it is asked for again.
  await expect(one.start()).rejects.toThrow('the cause');
  expect(events.filter((event) => event === 'exited code 3')).toHaveLength(6);
});

it('ends cleanly while it only tries to start', async () => {
  const one = await supervised(() => 'setTimeout(() => {}, 60_000)');
  const failed = one.start().catch((error) => error);
  await waitFor('a process', () => one.pid !== undefined);
  await one.stop();
  expect(String(await failed)).toContain('did not become healthy');
});
