/** The ceilings against a real Redis, the real worker, and the program that stands in for the gateways. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readRedisUrl } from '@heavy-lifter/gateway/redis-address';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { freePort, type Neighbour, startRedis, startRust } from '../../gateway/test/support/processes.ts';
import { waitFor } from '../../gateway/test/support/wait.ts';
import { type Bare, measureCeilings } from '../src/ceilings/ceilings.ts';
import { ceilingNames } from '../src/ceilings/figures.ts';
import { openQueue, QUEUES } from '../src/ceilings/jobs.ts';

let redis: Neighbour;
let client: Redis;
let bare: Bare;

beforeAll(async () => {
  redis = await startRedis();
  client = new Redis(redis.url);
  const worker = await startRust('rust-worker', { REDIS_URL: redis.url, CONCURRENCY: '32' });
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = fileURLToPath(new URL('../src/ceilings/server.ts', import.meta.url));
  const env = { PATH: process.env.PATH, PORT: new URL(url).port, REDIS_URL: redis.url };
  const server = spawn(process.execPath, ['--conditions=source', program], { env, stdio: 'inherit' });
  await waitFor('the server', async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true);
  const { signal } = new AbortController();
  bare = {
    url,
    redis: readRedisUrl(redis.url),
    loadS: 0.2,
    warmupS: 0.1,
    connections: 5,
    adding: 5,
    jobs: 1500,
    signal,
  };
  return async () => {
    server.kill();
    await once(server, 'exit');
    await worker.stop();
  };
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});
beforeEach(async () => void (await client.flushall()));

/** Jobs that are left anywhere, done or not, but for what the worker itself has completed. */
async function leftOvers(): Promise<string[]> {
  const { rustWorker, ...own } = QUEUES;
  const keys = (await Promise.all(Object.values(own).map((name) => client.keys(`bull:${name}:[0-9]*`)))).flat();
  const queue = openQueue(rustWorker, client);
  const open = await queue.getJobs(['waiting', 'active', 'failed']);
  return [...keys, ...open.map(({ id }) => String(id))];
}

it('has a figure for each, and leaves no job behind', async () => {
  const ceilings = await measureCeilings(bare);
  expect(Object.keys(ceilings).sort()).toEqual([...ceilingNames].sort());
  const { acceptCostUs, ...positive } = ceilings;
  expect(Number.isFinite(acceptCostUs)).toBe(true);
  for (const [name, value] of Object.entries(positive)) {
    expect(value, name).toBeGreaterThan(0);
    expect(Number.isFinite(value), name).toBe(true);
  }
  expect(await leftOvers()).toEqual([]);
});

it('does in Redis what it is said to count: a job added and finished for each call', async () => {
  await measureCeilings(bare);
  const completed = await client.zcard(openQueue(QUEUES.rustWorker, client).toKey('completed'));
  expect(completed).toBe(bare.jobs);
});

it('ends when it is told to, and what it had added is removed', async () => {
  const stop = new AbortController();
  const measuring = measureCeilings({ ...bare, loadS: 1, signal: stop.signal });
  const ended = expect(measuring).rejects.toThrow();
  const queue = openQueue(QUEUES.accepted, client);
  await waitFor('jobs', async () => (await queue.count()) > 10 * bare.adding);
  stop.abort();
  await ended;
  // What a connection had asked for when it was closed may still come.
  expect((await leftOvers()).length).toBeLessThanOrEqual(bare.adding);
});

it('says so when what it needs is not there', async () => {
  await expect(measureCeilings({ ...bare, url: `http://127.0.0.1:${await freePort()}` })).rejects.toThrow(
    'ECONNREFUSED',
  );
});
