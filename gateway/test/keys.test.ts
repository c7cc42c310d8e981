/** What an Idempotency-Key promises: an hour, whatever becomes of its job, and never two jobs. */

import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Problem } from '../src/contract.ts';
import { QueueConnection } from '../src/queue/connection.ts';
import { jobIdFor } from '../src/queue/document.ts';
import { recall } from '../src/queue/keys.ts';
import { readRedisUrl } from '../src/redis-address.ts';
import { startTestGateway } from './support/gateway.ts';
import { finished, queueWorld, submit, untilReady } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const world = queueWorld();
const PREFIX = 'bull:tasks:';
const HOUR_MS = 3_600_000;

let client: Redis;
let queue: Queue;

beforeAll(() => {
  client = new Redis(world.redis.url);
  queue = new Queue('tasks', { connection: client });
});

afterAll(async () => {
  await queue?.close();
  client?.disconnect();
});

async function ask(key: string, ops = 77, { url } = world.gateway) {
  const response = await fetch(`${url}/blocking?ops=${ops}`, { headers: { 'idempotency-key': key } });
  const body = await response.json();
  return { status: response.status, headers: response.headers, problem: response.ok ? undefined : Problem.parse(body) };
}

/** A job of this key that was done and is not kept any more, by BullMQ's own rule: the last ones that ended are. */
async function forgottenJob(key: string): Promise<string> {
  const { id } = await submit(world.gateway, 'ops=77', { 'idempotency-key': key });
  await finished(world.gateway, id);
  const data = { v: 1, ops: 10, chunks: 1, seed: 0, requestId: 'r' };
  const another = { removeOnComplete: { count: 1 }, jobId: crypto.randomUUID() };
  await queue.add('compute', data, another);
  await waitFor('the job is removed', async () => (await client.exists(PREFIX + id)) === 0);
  return id;
}

/** As if the key had been used first that long ago. */
async function age(jobId: string, ms: number): Promise<void> {
  await client.zadd(`${PREFIX}keys`, 'XX', Date.now() - ms, jobId.slice(4, 36));
  // Redis itself lets go of this one in time.
  if (ms > HOUR_MS) await client.del(`${PREFIX}de:${jobId.slice(4, 36)}`);
}

it('a key whose job is not kept any more makes no second one within the hour, and says so', async () => {
  const id = await forgottenJob('gone');
  const events = await client.xlen(`${PREFIX}events`);
  const again = await ask('gone');
  expect({ status: again.status, code: again.problem?.code }).toEqual({ status: 410, code: 'result_gone' });
  expect((await ask('gone', 78)).problem?.code).toBe('idempotency_mismatch');
  expect(await client.exists(PREFIX + id)).toBe(0);
  expect(await client.xlen(`${PREFIX}events`)).toBe(events);

  await age(id, HOUR_MS - 60_000);
  expect((await ask('gone')).status).toBe(410);
  await age(id, HOUR_MS + 60_000);
  expect((await ask('gone', 78)).status).toBe(202);
});

it('a key that is older than the hour stands for its job as long as that is kept', async () => {
  const { id } = await submit(world.gateway, 'ops=77', { 'idempotency-key': 'old' });
  await age(id, HOUR_MS + 60_000);
  expect((await submit(world.gateway, 'ops=77', { 'idempotency-key': 'old' })).id).toBe(id);
  expect((await ask('old', 78)).status).toBe(422);
});

it('a key that was filed by a process that died before it added the job makes the job, once', async () => {
  const connection = new QueueConnection(readRedisUrl(world.redis.url), pino({ level: 'silent' }));
  await waitFor('a queue', () => {
    try {
      return connection.queue !== undefined;
    } catch {
      return false;
    }
  });
  const id = jobIdFor('half way');
  expect(await recall(connection, id, { ops: 77, chunks: 8, seed: 0 }, 1_000)).toBeUndefined();
  await connection.close();
  expect(await client.exists(PREFIX + id)).toBe(0);

  expect((await ask('half way', 78)).status).toBe(422);
  const jobs = await Promise.all(
    Array.from({ length: 10 }, () => submit(world.gateway, 'ops=77', { 'idempotency-key': 'half way' })),
  );
  expect(new Set(jobs.map((job) => job.id))).toEqual(new Set([id]));
  expect(await finished(world.gateway, id)).toMatchObject({ state: 'completed', attempts: 1 });
});

it('simultaneous requests of one key with different tasks make one job', async () => {
  const asked = await Promise.all(Array.from({ length: 20 }, (_, n) => ask('one of many', 100 + n)));
  expect(asked.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(asked.filter(({ status }) => status === 422)).toHaveLength(19);
});

it('one key more than MAX_KEYS is refused, none is forgotten early, and requests without a key go on', async () => {
  const filed = await client.zcard(`${PREFIX}keys`);
  const full = await startTestGateway('queue', { REDIS_URL: world.redis.url, MAX_KEYS: String(filed + 2) });
  await untilReady(full);
  const first = await submit(full, 'ops=77', { 'idempotency-key': 'first' });
  await submit(full, 'ops=77', { 'idempotency-key': 'second' });
  const { status, headers, problem } = await ask('third', 77, full);
  expect({ status, ...problem }).toMatchObject({ status: 503, code: 'overloaded', limit: 'MAX_KEYS' });
  // When the oldest one of all is let go.
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(1);
  expect((await submit(full, 'ops=77', { 'idempotency-key': 'first' })).id).toBe(first.id);
  await submit(full, 'ops=77');

  await age(first.id, HOUR_MS + 60_000);
  expect((await ask('third', 77, full)).status).toBe(202);
  expect((await ask('fourth', 77, full)).status).toBe(503);
  await full.stop();
});

it('however many are too old at once, some hundred are let go at a time', async () => {
  const before = await client.zcard(`${PREFIX}keys`);
  const old = Array.from({ length: 1_200 }, (_, n) => `old-${n}`);
  await client.zadd(`${PREFIX}keys`, ...old.flatMap((name) => [1, name]));
  await client.hset(`${PREFIX}keys:tasks`, ...old.flatMap((name) => [name, '77 8 0']));
  for (const left of [700, 200, 0]) {
    await submit(world.gateway, 'ops=77', { 'idempotency-key': 'the broom' });
    expect(await client.zcard(`${PREFIX}keys`)).toBe(before + 1 + left);
    expect(await client.hlen(`${PREFIX}keys:tasks`)).toBe(before + 1 + left);
  }
});
