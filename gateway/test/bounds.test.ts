/** Refusals of the modes that compute at once, and the way a gateway leaves. */
import { Agent, get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { startRust } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

/** Makes tasks last: the fastest kernel would be done before the next request comes. Others than Rust's ignore it. */
const SLOW = { KERNEL: 'scalar' };
/** The modes whose threads outlive their tasks. */
const fixedThreads = ['pool', 'wasm', 'native'];

/** Sends `count` tasks at once and returns what became of each. */
function burst(gateway: TestGateway, count: number, query: string) {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const response = await fetch(`${gateway.url}/blocking?${query}`);
      return { status: response.status, body: (await response.json()) as { code?: string; limit?: string } };
    }),
  );
}

describe('overload', () => {
  it.each([
    ['pool', { MAX_QUEUE: '3' }, 'MAX_QUEUE'],
    ['wasm', { MAX_QUEUE: '3' }, 'MAX_QUEUE'],
    ['native', { MAX_QUEUE: '3' }, 'MAX_QUEUE'],
    ['unpooled', { MAX_LIVE_THREADS: '6' }, 'MAX_LIVE_THREADS'],
  ])('%s refuses what is beyond its bound and serves the rest', async (mode, env, limit) => {
    const gateway = await startTestGateway(mode, { ...SLOW, ...env });
    const task = 'ops=300000000&chunks=2';
    const served = burst(gateway, 3, task);
    await waitFor('all there may be', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === 3);
    for (const refused of await burst(gateway, 9, task))
      expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded', limit } });
    for (const { status } of await served) expect(status).toBe(200);
    expect(await metric(gateway.adminUrl, 'tasks_total', 'outcome="refused"')).toBe(9);
    expect((await burst(gateway, 1, 'ops=10&chunks=1'))[0]?.status).toBe(200);
    await gateway.stop();
  });

  it('microservice refuses beyond MAX_IN_FLIGHT, and passes on the refusal of the service', async () => {
    const service = await startRust('rust-microservice', { ...SLOW, MAX_QUEUE: '2', THREADS: '1' });
    const narrow = await startTestGateway('microservice', { MICROSERVICE_URL: service.url, MAX_IN_FLIGHT: '1' });
    const served = burst(narrow, 1, 'ops=300000000');
    await waitFor('one in flight', async () => (await metric(narrow.adminUrl, 'tasks_in_flight')) === 1);
    for (const refused of await burst(narrow, 5, 'ops=300000000'))
      expect(refused).toMatchObject({ status: 503, body: { limit: 'MAX_IN_FLIGHT' } });
    expect((await served)[0]?.status).toBe(200);
    await narrow.stop();

    const wide = await startTestGateway('microservice', { MICROSERVICE_URL: service.url });
    const atService = await burst(wide, 12, 'ops=300000000');
    expect(atService.some(({ status }) => status === 200)).toBe(true);
    const refusal = atService.find(({ status }) => status === 503)?.body;
    expect(refusal).toMatchObject({ code: 'overloaded', limit: 'microservice MAX_QUEUE' });
    await wide.stop();
    await service.stop();
  });

  it.each(fixedThreads)('%s gives up on a task that takes longer than REQUEST_TIMEOUT_MS', async (mode) => {
    const gateway = await startTestGateway(mode, { ...SLOW, REQUEST_TIMEOUT_MS: '50' });
    const [late] = await burst(gateway, 1, 'ops=2000000000');
    expect(late).toMatchObject({ status: 504, body: { code: 'upstream_late' } });
    await waitFor('idle', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === 0);
    await gateway.stop();
  });

  it.each(fixedThreads)('%s cancels the chunks of a caller that left', async (mode) => {
    const gateway = await startTestGateway(mode, { ...SLOW, THREADS: '1' });
    const gone = new AbortController();
    const left = fetch(`${gateway.url}/blocking?ops=2000000000&chunks=64`, { signal: gone.signal }).catch(() => 'gone');
    await waitFor('begun', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === 1);
    gone.abort();
    expect(await left).toBe('gone');
    await waitFor(
      'cancelled',
      async () => (await metric(gateway.adminUrl, 'tasks_total', 'outcome="cancelled"')) === 1,
    );
    // Two seconds of work were asked for; the thread is free as soon as the running slice is over.
    expect((await burst(gateway, 1, 'ops=10'))[0]?.status).toBe(200);
    expect(await metric(gateway.adminUrl, 'task_compute_seconds_count')).toBe(1);
    await gateway.stop();
  });
});

describe('leaving', () => {
  it('tells kept connections to close, is not ready, and still answers in the grace period', async () => {
    const gateway = await startTestGateway('inline', { SHUTDOWN_GRACE_MS: '1500', SHUTDOWN_TIMEOUT_MS: '3000' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (path: string) =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        get(gateway.url + path, { agent }, (response) => {
          response.resume().on('end', () => {
            resolve({ status: response.statusCode, connection: response.headers.connection });
          });
        }).on('error', reject);
      });
    expect(await ask('/non-blocking')).toEqual({ status: 200, connection: 'keep-alive' });
    const stopped = gateway.stop();
    await waitFor('not ready', async () => (await ask('/readyz')).status === 503);
    expect(await ask('/blocking?ops=10')).toEqual({ status: 200, connection: 'close' });
    await stopped;
    agent.destroy();
  });

  it('answers what it cannot finish in time', async () => {
    const gateway = await startTestGateway('pool', { SHUTDOWN_TIMEOUT_MS: '700', THREADS: '1' });
    const answers = burst(gateway, 3, 'ops=2000000000&chunks=64');
    await waitFor('begun', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === 3);
    await gateway.stop();
    for (const { status, body } of await answers) {
      expect(status).toBe(503);
      expect(body).toMatchObject({ code: 'overloaded', limit: 'SHUTDOWN_TIMEOUT_MS' });
    }
  });
});
