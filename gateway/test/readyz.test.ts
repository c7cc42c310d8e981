/** `/readyz` says within half a second whether a task could be taken; who is merely full stays in service. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { startRedis, startRust } from './support/processes.ts';
import { untilReady } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

/** The requirement is 500 ms; the rest is for a machine that does other things, too. */
const LIMIT_MS = 500 + 1_000;

async function readyz({ url }: TestGateway) {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(LIMIT_MS) });
  const { detail, full } = (await response.json()) as { detail?: string; full?: string };
  return { status: response.status, detail, full };
}

it('of a gateway whose calls to the microservice are all in use is 200 and names the bound', async () => {
  const service = await startRust('rust-microservice', { THREADS: '1' });
  const gateway = await startTestGateway('microservice', { MICROSERVICE_URL: service.url, MAX_IN_FLIGHT: '2' });
  await untilReady(gateway);
  const leave = new AbortController();
  const calls = [1, 2].map(() =>
    fetch(`${gateway.url}/blocking?ops=2000000000`, { signal: leave.signal }).catch(() => {}),
  );
  await waitFor('full', async () => (await readyz(gateway)).full === 'MAX_IN_FLIGHT');
  expect(await readyz(gateway)).toEqual({ status: 200, full: 'MAX_IN_FLIGHT', detail: undefined });
  expect((await fetch(`${gateway.url}/blocking?ops=1`)).status).toBe(503);
  leave.abort();
  await Promise.all(calls);
  await gateway.stop();
  await service.stop();
});

it('of a gateway whose pool is full is 200 and names the bound', async () => {
  const gateway = await startTestGateway('pool', { THREADS: '1', MAX_QUEUE: '1' });
  const leave = new AbortController();
  const call = fetch(`${gateway.url}/blocking?ops=2000000000`, { signal: leave.signal }).catch(() => {});
  await waitFor('full', async () => (await readyz(gateway)).full === 'MAX_QUEUE');
  expect((await readyz(gateway)).status).toBe(200);
  leave.abort();
  await call;
  await gateway.stop();
});

it.each(['microservice', 'queue'])(
  'of %s is 503 in time where something takes connections and says nothing',
  async (mode) => {
    const server = createServer((socket) => void socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const gateway = await startTestGateway(mode, {
      MICROSERVICE_URL: `http://127.0.0.1:${port}`,
      REDIS_URL: `redis://127.0.0.1:${port}`,
    });
    for (let n = 0; n < 5; n++) expect((await readyz(gateway)).status).toBe(503);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    await gateway.stop();
    server.close();
  },
);

it('of a queue above the mark of memory is 503, at MAX_WAITING 200, and each says why', async () => {
  const redis = await startRedis();
  const client = new Redis(redis.url);
  const gateway = await startTestGateway('queue', { REDIS_URL: redis.url, MAX_WAITING: '1' });
  await untilReady(gateway);
  expect((await fetch(`${gateway.url}/blocking?ops=1`)).status).toBe(202);
  await waitFor('full', async () => (await readyz(gateway)).full === 'MAX_WAITING');
  expect((await readyz(gateway)).status).toBe(200);
  const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  await client.config('SET', 'maxmemory', String(Math.floor(used * 1.2)));
  await waitFor('no room', async () => (await readyz(gateway)).status === 503);
  expect((await readyz(gateway)).detail).toMatch(/^Redis uses \d+ % of its memory/);
  client.disconnect();
  await gateway.stop();
  await redis.stop();
});
