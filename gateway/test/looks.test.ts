/** What the gateway asks of Redis does not grow with what is stored there: by Redis' own account of its commands. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JobDocument } from '../src/contract.ts';
import { askAgain } from './support/ask-again.ts';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { scrape } from './support/metrics.ts';
import { type Neighbour, startRedis } from './support/processes.ts';
import { submit, untilReady } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const MANY = 100_000;
const PREFIX = 'bull:tasks:';
/** Commands that go through all that is stored under a key, or through all keys. */
const SEARCHES = /^(lpos|lrange|linsert|lset|lrem|ltrim|keys|scan|[hsz]scan|smembers|hkeys|sort|sort_ro|drain)$/;

let redis: Neighbour;
let client: Redis;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis(['--appendonly', 'no']);
  client = new Redis(redis.url);
  gateway = await startTestGateway('queue', { REDIS_URL: redis.url });
  await untilReady(gateway);
});

afterAll(async () => {
  client?.disconnect();
  await gateway?.stop();
  await redis?.stop();
});

/** Lets jobs wait until there are `count` of them. */
async function letWait(count: number): Promise<void> {
  const lua = `
    for n = ARGV[1], ARGV[2] do
      local id = string.format('00000000-0000-0000-0000-%012d', n)
      redis.call('HSET', ARGV[3] .. id, 'name', 'compute', 'timestamp', ARGV[4], 'opts', '{}', 'data', ARGV[5])
      redis.call('LPUSH', ARGV[3] .. 'wait', id)
    end`;
  const data = JSON.stringify({ v: 1, ops: 10, chunks: 1, seed: 0, requestId: 'r' });
  const there = await client.llen(`${PREFIX}wait`);
  for (let n = there; n < count; n += 5_000)
    await client.eval(lua, 0, n, Math.min(n + 5_000, count) - 1, PREFIX, Date.now(), data);
}

const idOf = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;

/** Calls of each command while `work` is done. */
async function callsDuring(work: () => Promise<void>): Promise<Map<string, number>> {
  await client.config('RESETSTAT');
  await work();
  const info = await client.info('commandstats');
  return new Map([...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', n]) => [name, Number(n)]));
}

async function look(n: number): Promise<void> {
  const { state } = JobDocument.parse(await askAgain(`${gateway.url}/jobs/${idOf(n)}`));
  expect(state).toBe('waiting');
}

/** All that callers and scrapes ask for, once. */
async function everything(last: number): Promise<void> {
  for (const n of [0, Math.floor(last / 2), last - 1]) await look(n);
  const events = await fetch(`${gateway.url}/jobs/${idOf(0)}/events`);
  await events.body?.getReader().read();
  await submit(gateway, 'ops=10');
  await submit(gateway, 'ops=10', { 'idempotency-key': 'one' });
  await submit(gateway, 'ops=10', { 'idempotency-key': 'one' });
  await fetch(`${gateway.url}/jobs/${idOf(0)}`, { method: 'DELETE' });
  await fetch(`${gateway.url}/jobs/${idOf(last - 1)}`, { method: 'DELETE' });
  await fetch(`${gateway.url}/readyz`);
  await scrape(gateway.adminUrl);
  await events.body?.cancel().catch(() => undefined);
}

it('a look at a job is one script of the same few commands, whether 10 jobs wait or 100,000', async () => {
  await letWait(10);
  const looks = async (n: number) => {
    const calls = await callsDuring(() => look(n));
    return ['hgetall', 'exists', 'zscore'].map((name) => calls.get(name));
  };
  expect(await looks(0)).toEqual([1, 1, 1]);
  await letWait(MANY);
  for (const n of [0, MANY - 1]) expect(await looks(n)).toEqual([1, 1, 1]);
});

it('nothing that callers or scrapes ask for searches what is stored', async () => {
  await letWait(MANY);
  const calls = await callsDuring(async () => {
    await everything(MANY);
    // The admission's own sample is among it.
    await waitFor('a sample', async () => (await client.info('commandstats')).includes('cmdstat_llen'));
  });
  expect([...calls.keys()].filter((name) => SEARCHES.test(name))).toEqual([]);
});
