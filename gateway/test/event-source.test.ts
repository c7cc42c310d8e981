/** The end of an event stream, as a browser's EventSource takes it. */
import { expect, it } from 'vitest';
import { browserTest } from '../../loadgen/test/support/browser.ts';
import type { JobDocument } from '../src/contract.ts';
import { ask } from './support/ask.ts';
import { startFakeGateway } from './support/fake-mode.ts';

const EVENTS = '/jobs/one/events';

/** Its one job is seen at work once, then over. */
const start = () =>
  startFakeGateway({
    jobs: {
      get: async () => ({ state: 'completed' }) as JobDocument,
      cancel: async () => undefined,
      async *watch() {
        yield { document: { state: 'active' } as JobDocument, json: '{"state":"active"}' };
        yield { document: { state: 'completed' } as JobDocument, json: '{"state":"completed"}' };
      },
    },
  });

browserTest('an EventSource of a job that is over asks once more, and never again', async ({ open }) => {
  const gateway = await start();
  const { page } = await open();
  await page.goto(`${gateway.url}/healthz`);
  const told = await page.evaluate(
    (url) =>
      new Promise<string[]>((resolve) => {
        const told: string[] = [];
        const source = new EventSource(url);
        source.addEventListener('job', ({ data, lastEventId }) => {
          told.push(`${lastEventId} ${data}`);
          if (told.length > 2) resolve(told);
        });
        source.addEventListener('error', () => source.readyState === EventSource.CLOSED && resolve(told));
      }),
    gateway.url + EVENTS,
  );
  expect(told).toEqual([' {"state":"active"}', 'final {"state":"completed"}']);
  await gateway.stop();
});

it('answers who has heard the end with 204, and who has heard something else with the stream', async () => {
  const gateway = await start();
  const text = 'event: job\ndata: {"state":"active"}\n\nid: final\nevent: job\ndata: {"state":"completed"}\n\n';
  expect(await ask(gateway.url + EVENTS)).toMatchObject({ status: 200, text });
  expect(await ask(gateway.url + EVENTS, { 'last-event-id': 'else' })).toMatchObject({ status: 200, text });
  expect(await ask(gateway.url + EVENTS, { 'last-event-id': 'final' })).toMatchObject({ status: 204, text: '' });
  await gateway.stop();
});

it('asks proxies to pass on each event as it comes', async () => {
  const gateway = await start();
  const { headers } = await ask(gateway.url + EVENTS);
  expect(headers).toMatchObject({ 'x-accel-buffering': 'no', 'cache-control': 'no-store' });
  await gateway.stop();
});
