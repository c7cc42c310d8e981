/** Supervision with real processes: small servers that live and die as told. */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
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

it('waits longer for a process that keeps dying, and gives its end up cleanly', async () => {
  const one = await supervised(() => 'process.exit(3)');
  const failed = one.start().catch((error) => error);
  await waitFor('several attempts', () => one.restarts >= 3);
  expect(events.filter((event) => event === 'exited code 3').length).toBeGreaterThanOrEqual(3);
  await one.stop();
  expect(String(await failed)).toContain('did not become healthy');
  rmSync(folder, { recursive: true, force: true });
});
