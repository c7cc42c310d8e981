/** The corners of HTTP: HEAD, and whose Host it is. */
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobNews, Jobs } from '../src/mode.ts';
import { startFakeGateway } from './support/fake-mode.ts';
import type { TestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { sendRaw } from './support/raw.ts';
import { waitFor } from './support/wait.ts';

let gateway: TestGateway;
beforeAll(async () => {
  const document = { state: 'active' } as JobNews['document'];
  const get = async (id: string) => (id === 'none' ? undefined : document);
  const jobs: Jobs = {
    get,
    cancel: get,
    async *watch(_id, signal) {
      yield { document, json: '"told"' };
      await once(signal, 'abort');
    },
  };
  gateway = await startFakeGateway({ jobs }, { MAX_STREAMS: '1' });
});
afterAll(() => gateway.stop());

describe('HEAD', () => {
  it('is not for work whose result nobody would read', async () => {
    const before = await metric(gateway.adminUrl, 'tasks_total');
    const response = await fetch(`${gateway.url}/blocking?ops=5`, { method: 'HEAD' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    expect(await metric(gateway.adminUrl, 'tasks_total')).toBe(before);
  });

  it('of an event stream is its headers, and holds no place', async () => {
    for (let n = 0; n < 3; n++) {
      const response = await fetch(`${gateway.url}/jobs/some/events`, { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(await response.text()).toBe('');
    }
    expect((await fetch(`${gateway.url}/jobs/none/events`, { method: 'HEAD' })).status).toBe(404);
  });
});

describe('Host', () => {
  const two = 'GET /healthz HTTP/1.1\r\nhost: x\r\nhost: x\r\n\r\n';

  it.each([
    ['two', two, 400],
    ['two, and one says nothing', two.replace('host: x', 'Host:'), 400],
    ['none', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
    ['none in HTTP/1.0', 'GET /healthz HTTP/1.0\r\n\r\n', 200],
    ['one that says nothing', 'GET /healthz HTTP/1.1\r\nhost:\r\n\r\n', 200],
  ])('%s', async (_name, text, status) => {
    for (const url of [gateway.url, gateway.adminUrl]) {
      const raw = sendRaw(url, text);
      await waitFor('the answer', () => raw.statuses.length > 0);
      expect(raw.statuses).toEqual([status]);
      if (status === 400) await waitFor('the problem', () => raw.text.includes('"code":"invalid_task"'));
      raw.socket.destroy();
    }
  });
});
