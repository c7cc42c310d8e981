/** Requests that pages make a browser send: other sites' are refused, visits are served, and so is who is no browser. */
import { describe, expect, it } from 'vitest';
import { browserTest } from '../../loadgen/test/support/browser.ts';
import { Problem } from '../src/contract.ts';
import { ask } from './support/ask.ts';
import { metric } from './support/metrics.ts';
import { queueWorld, submit } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const world = queueWorld();
const CROSS = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
const IMAGE = { ...CROSS, 'sec-fetch-dest': 'image' };
const VISIT = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const UPGRADE = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

async function expectRefused(url: string, headers: Record<string, string>, method = 'GET') {
  const { status, text } = await ask(url, headers, method);
  expect(status, text).toBe(403);
  expect(Problem.parse(JSON.parse(text))).toMatchObject({ status, code: 'forbidden' });
}

describe('the public port', () => {
  it.each([
    ['by an image', IMAGE, 'GET'],
    ['by a script', { ...CROSS, 'sec-fetch-dest': 'empty' }, 'GET'],
    ['by a script that posts', { ...CROSS, 'sec-fetch-dest': 'empty' }, 'POST'],
    ['in a frame', { ...VISIT, 'sec-fetch-dest': 'iframe' }, 'GET'],
    ['by a form that posts', VISIT, 'POST'],
    ['before anybody visits', { ...VISIT, 'sec-purpose': 'prefetch' }, 'GET'],
    ['without saying what for', CROSS, 'GET'],
  ])('starts no work for another site %s', async (_name, headers, method) => {
    const tasks = () => metric(world.gateway.adminUrl, 'tasks_total');
    const before = await tasks();
    await expectRefused(`${world.gateway.url}/blocking?ops=8`, headers, method);
    expect(await tasks()).toBe(before);
  });

  it.each([
    ['a followed link', VISIT],
    ['an address that was typed', { ...VISIT, 'sec-fetch-site': 'none' }],
    ['a page of its own', { ...IMAGE, 'sec-fetch-site': 'same-origin' }],
    ['a page of its site', { ...IMAGE, 'sec-fetch-site': 'same-site' }],
    ['an old browser', { origin: 'http://else.example' }],
    ['a program', {}],
  ])('serves %s', async (_name, headers) => {
    expect((await ask(`${world.gateway.url}/blocking?ops=8`, headers)).status).toBe(202);
  });

  it('shows another site no job, and keeps no stream for it', async () => {
    const { links } = await submit(world.gateway, 'ops=8');
    for (const path of Object.values(links)) await expectRefused(world.gateway.url + path, IMAGE);
  });

  it.each([
    ['of another site, as it says', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'websocket' }, 403],
    ['of another origin', { origin: 'http://else.example' }, 403],
    ['of an origin that begins alike', { origin: 'http://gateway.example.else.example' }, 403],
    ['of no origin that has a name', { origin: 'null' }, 403],
    ['of its own', { origin: 'https://gateway.example' }, 101],
    ['of its site, on another port', { origin: 'http://gateway.example:5173' }, 101],
    ['of its site, as it says', { origin: 'http://www.example', 'sec-fetch-site': 'same-site' }, 101],
    ['behind a proxy', { origin: 'https://front.example', 'x-forwarded-host': 'front.example' }, 101],
    ['of a program', {}, 101],
  ])('answers the WebSocket of a page %s', async (_name, headers, status) => {
    const { links } = await submit(world.gateway, 'ops=8');
    const all = { host: 'gateway.example', ...UPGRADE, ...headers };
    expect((await ask(world.gateway.url + links.ws, all)).status).toBe(status);
  });
});

describe('the admin port', () => {
  const board = () => `${world.gateway.adminUrl}/admin/queues/`;

  it.each(['/metrics', '/healthz', '/admin/queues/'])('refuses %s to another site', async (path) => {
    await expectRefused(world.gateway.adminUrl + path, IMAGE);
  });

  it.each([
    'else.example',
    '127.0.0.1.else.example',
    '127.0.0.1:80.else.example',
    'localhost.else.example',
    'else.example:127',
    '127.0.0.2',
    '127.1',
    '0.0.0.0',
    '[::]',
    'x@127.0.0.1',
    'localhost:',
    'localhost, else.example',
  ])('has no board for the name "%s"', async (host) => {
    await expectRefused(board(), { host });
    await expectRefused(`${board()}api/queues`, { host, origin: `http://${host}` }, 'POST');
  });

  it.each(['127.0.0.1', '127.0.0.1:9464', '[::1]', '[::1]:9464', 'localhost', 'localhost:65535'])(
    'has the board for the name %s',
    async (host) => {
      expect((await ask(board(), { host })).status).toBe(200);
      expect((await ask(`${board()}api/queues`, { host, origin: `http://${host}` })).status).toBe(200);
    },
  );

  it.each(['http://else.example', 'http://127.0.0.1.else.example', 'http://127.0.0.1:1', 'null', ''])(
    'does nothing on the board for a page of %s',
    async (origin) => {
      const pause = `${board()}api/queues/tasks/pause`;
      await expectRefused(pause, { origin }, 'PUT');
      await expectRefused(`${board()}api/queues/tasks/add`, { origin }, 'POST');
    },
  );

  it('tells its metrics to who calls it by another name', async () => {
    expect((await ask(`${world.gateway.adminUrl}/metrics`, { host: 'gateway:9464' })).status).toBe(200);
  });
});

browserTest('a browser on another site can have a link followed, and nothing else', async ({ open }) => {
  const { page } = await open();
  const own = world.gateway.url;
  const { links } = await submit(world.gateway, 'ops=8');
  // Of two names for loopback each is another site than the other.
  await page.goto(`${own.replace('127.0.0.1', 'localhost')}/healthz`);
  const refused = () => metric(world.gateway.adminUrl, 'http_request_duration_seconds_count', 'status_code="403"');
  const before = { tasks: await metric(world.gateway.adminUrl, 'tasks_total'), refused: await refused() };
  const socket = await page.evaluate(
    async ([task = '', events = '', ws = '']) => {
      const ended = (target: EventTarget, ...names: string[]) =>
        new Promise<string>((resolve) => {
          for (const name of names) target.addEventListener(name, () => resolve(name));
        });
      await fetch(task, { mode: 'no-cors' });
      await fetch(task, { mode: 'no-cors', method: 'POST' });
      await ended(Object.assign(new Image(), { src: task }), 'load', 'error');
      const frame = document.body.appendChild(document.createElement('iframe'));
      await ended(Object.assign(frame, { src: task }), 'load');
      await ended(new EventSource(events), 'open', 'error');
      return await ended(new WebSocket(ws), 'open', 'error');
    },
    [`${own}/blocking?ops=8`, own + links.events, own.replace('http', 'ws') + links.ws],
  );
  expect(socket).toBe('error');
  await waitFor('all are counted', async () => (await refused()) >= before.refused + 5);
  expect(await metric(world.gateway.adminUrl, 'tasks_total')).toBe(before.tasks);

  await page.evaluate((task) => void location.assign(task), `${own}/blocking?ops=8`);
  await waitFor('the visit', async () => (await metric(world.gateway.adminUrl, 'tasks_total')) === before.tasks + 1);
});
