/** What is shown of services, whatever becomes of them and of who can be asked. */
import { afterEach, expect, it } from 'vitest';
import { type Operated, startTestLive, type TestLive } from './support/live.ts';
import type { Page } from './support/page.ts';

let live: TestLive | undefined;
afterEach(() => live?.close());

const NAME = 'gateway-pool';
/** Nothing of it runs: the page lives on whatever it is told. */
const NOWHERE = { pool: 'http://127.0.0.1:1' };
const serviceOf = (page: Page) => page.lane('pool')?.services.find(({ name }) => name === NAME);
const marksOf = (page: Page) => page.of('snapshot').flatMap(({ marks }) => marks);

async function start(operated: Operated): Promise<Page> {
  live = await startTestLive(NOWHERE, {}, operated);
  const page = await live.open();
  await page.until('it is known', () => serviceOf(page)?.state === 'running');
  return page;
}

it('what changes without a command is marked, and what may be done follows from the state', async () => {
  const states: Operated['states'] = new Map([[NAME, 'running']]);
  const page = await start({ states, act: async () => {} });
  expect(serviceOf(page)).toMatchObject({ role: 'gateway', verbs: ['kill', 'term', 'pause', 'stop'] });
  states.set(NAME, 'stopped');
  await page.until('it has ended', () => serviceOf(page)?.state === 'stopped');
  expect(serviceOf(page)?.verbs).toEqual(['start']);
  states.set(NAME, 'running');
  await page.until('it is back', () => marksOf(page).length === 2);
  expect(marksOf(page)).toMatchObject([
    { service: NAME, what: 'ended', command: null },
    { service: NAME, what: 'back', command: null },
  ]);
  states.set(NAME, 'paused');
  await page.until('it is paused', () => marksOf(page).length === 3);
  expect(marksOf(page)[2]).toMatchObject({ what: 'pause', command: null });
});

it('a command is marked once, at once, with what people would type; pages that come later see it, too', async () => {
  const states: Operated['states'] = new Map([[NAME, 'running']]);
  const acted = Promise.withResolvers<void>();
  const page = await start({
    states,
    async act() {
      await acted.promise;
      states.set(NAME, 'paused');
    },
  });
  await live?.command({ do: 'service', verb: 'pause', service: NAME }, page);
  await page.until('its mark', () => marksOf(page).length === 1);
  acted.resolve();
  await page.until('its state', () => serviceOf(page)?.state === 'paused');
  expect(marksOf(page)).toMatchObject([{ what: 'pause', command: `make pause SERVICE=${NAME}`, service: NAME }]);
  const later = await live?.open();
  expect(later?.hello.marks).toEqual(marksOf(page));
});

it('who cannot be asked is unknown, and what could not be done is said to whose page it was', async () => {
  const states: Operated['states'] = new Map([[NAME, 'running']]);
  const page = await start({ states, act: () => Promise.reject(new Error('the operator does not answer')) });
  const another = await live?.open();
  states.set(NAME, 'cannot be asked');
  const since = Date.now();
  await page.until('it is unknown', () => serviceOf(page)?.state === 'unknown');
  expect(serviceOf(page)).toMatchObject({ verbs: [], cpu: null, rssBytes: null, restarts: null });
  expect(serviceOf(page)?.since).toBeGreaterThanOrEqual(since - 1);
  await live?.command({ do: 'service', verb: 'kill', service: NAME }, page);
  await page.until('it is said', () => page.of('said').length === 1);
  expect(page.of('said')[0]).toMatchObject({ says: `kill ${NAME}: the operator does not answer`, problem: true });
  expect(another?.of('said')).toEqual([]);
  const { seq = 0 } = page.last ?? {};
  await page.until('the page goes on', () => (page.last?.seq ?? 0) > seq);
  await page.until('nobody answers there', () => typeof page.lane('pool')?.silentSince === 'number');
  expect(page.lane('pool')).toMatchObject({ account: { addsUp: true } });
});
