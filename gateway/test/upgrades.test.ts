/** What a connection may become, and what comes on it that is no request. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobNews, Jobs } from '../src/mode.ts';
import { startFakeGateway } from './support/fake-mode.ts';
import type { TestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { type Raw, request, sendRaw, WEBSOCKET } from './support/raw.ts';
import { waitFor } from './support/wait.ts';

/** A task of so many ops is done when this opens. */
const SLOW_OPS = 999;
let slow = Promise.withResolvers<void>();
let gateway: TestGateway;

const document = { state: 'active' } as JobNews['document'];
const jobs: Jobs = {
  get: async (id) => (id === 'none' ? undefined : document),
  cancel: async () => document,
  async *watch(_id, signal) {
    yield { document, json: '"told"' };
    await once(signal, 'abort');
  },
};
beforeAll(async () => {
  gateway = await startFakeGateway(
    {
      jobs,
      async run({ ops }) {
        if (ops === SLOW_OPS) await slow.promise;
        return {
          computed: { checksum: '00000000', count: ops, kernel: 'none', timings: { queuedMs: 0, computeMs: 0 } },
        };
      },
    },
    { MAX_STREAMS: '1', RECEIVE_TIMEOUT_MS: '400' },
  );
});
afterAll(() => gateway.stop());

const JSON_TASK = ['content-type: application/json', 'content-length: 9'];
const post = (...headers: string[]) => `${request('POST /blocking', ...JSON_TASK, ...headers)}{"ops":5}`;
const closed = ({ socket }: Raw) => waitFor('the end of the connection', () => socket.closed);
const answered = (raw: Raw, count: number) => waitFor('the answers', () => raw.statuses.length >= count);
const counted = (...labels: string[]) => metric(gateway.adminUrl, 'http_request_duration_seconds_count', ...labels);

describe.each([
  ['h2c', ['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABkAAQCAAAAAAIAAAAA']],
  ['TLS', ['connection: upgrade', 'upgrade: TLS/1.0']],
  ['a WebSocket that is not there', WEBSOCKET],
])('a wish for %s', (_name, headers) => {
  it.each([
    ['GET', '/blocking?ops=5', '/blocking', 200],
    ['POST', '', '/blocking', 200],
    ['PUT', '/blocking', '/blocking', 405],
    ['GET', '/non-blocking', '/non-blocking', 200],
    ['GET', '/healthz', '/healthz', 200],
    ['GET', '/jobs/some', '/jobs/:id', 200],
    ['GET', '/jobs/none/events', '/jobs/:id/events', 404],
    ['GET', '/nothing', 'unmatched', 404],
  ])('on %s %s is ignored, and the request logged and counted', async (method, path, route, status) => {
    const labels = [`method="${method}"`, `route="${route}"`, `status_code="${status}"`];
    const before = await counted(...labels);
    const id = `x-request-id: upgrade-${Math.random()}`;
    const text = method === 'POST' ? post(...headers, id) : request(`${method} ${path}`, ...headers, id);
    const raw = sendRaw(gateway.url, text);
    await answered(raw, 1);
    // The connection goes on.
    raw.socket.write(text);
    await answered(raw, 2);
    expect(raw.statuses).toEqual([status, status]);
    await waitFor('two observations', async () => (await counted(...labels)) === before + 2);
    expect(gateway.log()).toContain(id.slice(14));
    raw.socket.destroy();
  });

  it('is ignored on the admin port', async () => {
    const raw = sendRaw(gateway.adminUrl, request('GET /healthz', ...headers));
    await answered(raw, 1);
    expect(raw.statuses).toEqual([200]);
    raw.socket.destroy();
  });
});

describe('a WebSocket', () => {
  it.each([
    ['some', WEBSOCKET, 101, '"told"'],
    ['none', WEBSOCKET, 404, '"code":"not_found"'],
    ['some', WEBSOCKET.slice(0, 3), 400, '"code":"invalid_task"'],
    [
      'some',
      [...WEBSOCKET.slice(0, 2), 'sec-websocket-version: 7', ...WEBSOCKET.slice(3)],
      400,
      'sec-websocket-version: 13',
    ],
    ['some', [...WEBSOCKET, 'host: y'], 400, 'Host'],
  ])('of job %s is logged and counted like any other request', async (id, headers, status, text) => {
    const labels = ['method="GET"', 'route="/jobs/:id/ws"', `status_code="${status}"`];
    const elsewhere = ['method="GET"', 'route="unmatched"', `status_code="${status}"`];
    const count = async () => (await counted(...labels)) + (await counted(...elsewhere));
    const before = await count();
    const raw = sendRaw(gateway.url, request(`GET /jobs/${id}/ws`, ...headers));
    await waitFor('the answer', () => raw.text.toLowerCase().includes(text.toLowerCase()));
    if (status === 101) raw.socket.destroy();
    await closed(raw);
    expect(raw.statuses).toEqual([status]);
    await waitFor('an observation', async () => (await count()) === before + 1);
  });

  it('cannot begin behind a request that waits for its answer', async () => {
    slow = Promise.withResolvers();
    const raw = sendRaw(
      gateway.url,
      request(`GET /blocking?ops=${SLOW_OPS}`) + request('GET /jobs/some/ws', ...WEBSOCKET),
    );
    await waitFor('the task', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === 1);
    slow.resolve();
    await answered(raw, 2);
    expect(raw.statuses).toEqual([200, 404]);
    raw.socket.destroy();
  });
});

it('a tunnel is refused, logged and counted', async () => {
  const raw = sendRaw(gateway.url, request('CONNECT x:1'));
  await closed(raw);
  // It names no path, and that of none is the index.
  expect(raw.statuses).toEqual([405]);
  await waitFor('an observation', async () => (await counted('method="CONNECT"')) === 1);
});

describe('behind a request', () => {
  const garbage = 'NOT HTTP\r\n\r\n';
  const task = request('GET /blocking?ops=5');
  const slowTask = request(`GET /blocking?ops=${SLOW_OPS}`);
  const broken = `${request('POST /blocking', 'content-type: application/json', 'transfer-encoding: chunked')}xyz\r\n`;

  it.each([
    ['garbage', task, garbage, [200, 400]],
    ['garbage, and one that takes its time', slowTask, garbage, [200, 400]],
    ['garbage, and several', task + slowTask + post(), garbage, [200, 200, 200, 400]],
    ['a body that is broken', slowTask, broken, [200, 400]],
    ['a head that is too large', slowTask, request(`GET /${'x'.repeat(20_000)}`), [200, 431]],
    ['half a head', slowTask, 'GET /blocking HTTP/1.1\r\n', [200, 408]],
    ['half a body', slowTask, request('POST /blocking', ...JSON_TASK), [200, 408]],
  ])('%s: it gets its own answer, then the refusal', async (_name, first, second, statuses) => {
    slow = Promise.withResolvers();
    const raw = sendRaw(gateway.url, first + second);
    if (first.includes(slowTask)) {
      await waitFor('the task', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === 1);
      // Who began later is told that it is late: so is this one.
      if (statuses.includes(408)) await answered(sendRaw(gateway.url, 'GET /late HTTP/1.1\r\n'), 1);
      else raw.socket.write(second);
      expect(raw.statuses).not.toContain(statuses.at(-1));
    }
    slow.resolve();
    await closed(raw);
    expect(raw.statuses).toEqual(statuses);
  });

  it('that has only begun, what is broken is its answer', async () => {
    const raw = sendRaw(gateway.url, broken);
    await closed(raw);
    expect(raw.statuses).toEqual([400]);
  });
});
