/** Lanes over real gateways: users, hearts, accounts. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { HOLE_MS, NONE_MS } from '../src/contract.ts';
import { startTestLive, type TestLive } from './support/live.ts';
import type { Page } from './support/page.ts';
import { type Process, startGateway } from './support/processes.ts';

let inline: Process;
let pool: Process;
let live: TestLive;

beforeAll(async () => {
  [inline, pool] = await Promise.all([startGateway('inline'), startGateway('pool')]);
  live = await startTestLive({ inline: inline.url, pool: pool.url });
});

afterAll(async () => {
  await live?.close();
  await Promise.all([inline?.stop(), pool?.stop()]);
});

afterEach(async () => {
  for (const page of pages.splice(0)) page.close();
});

const pages: Page[] = [];
async function open(): Promise<Page> {
  const page = await live.open();
  pages.push(page);
  return page;
}

const addsUp = (page: Page) => page.last?.lanes.every(({ account }) => account.addsUp && account.wrong === 0) === true;
const isQuiet = (page: Page) =>
  page.last?.lanes.every(({ users, account }) => users === 0 && account.open === 0) === true;

async function stop(page: Page): Promise<void> {
  await live.command({ do: 'stop' }, page);
  await page.until('nobody asks', isQuiet);
  expect(addsUp(page)).toBe(true);
}

it('users are served, and all that they asked for is accounted for', async () => {
  const page = await open();
  expect(page.hello.sizePerMs).toBeGreaterThan(0);
  await live.command({ do: 'task', ms: 20 }, page);
  await live.command({ do: 'users', lane: 'pool', users: 3 }, page);
  await page.until('answers', () => (page.lane('pool')?.account.ok ?? 0) > 10);
  expect(page.lane('pool')).toMatchObject({ users: 3, barrage: 0, silentSince: null });
  expect(page.last?.orders).toMatchObject({ users: { inline: 0, pool: 3 }, taskMs: 20, by: page.hello.you });
  expect(page.lane('pool')?.recent.count).toBeGreaterThan(0);
  expect(page.lane('inline')?.account.sent).toBe(0);
  await stop(page);
});

it('a barrage is users more, within the bound', async () => {
  const page = await open();
  await live.command({ do: 'users', lane: 'pool', users: 150 }, page);
  await live.command({ do: 'barrage', lane: 'pool' }, page);
  await page.until('all are there', () => page.lane('pool')?.users === 200 && page.lane('pool')?.barrage === 50);
  await stop(page);
});

it('a loop that computes makes holes in its own lane, which have their height when it answers, while another answers on', async () => {
  const page = await open();
  await live.command({ do: 'task', ms: 500 }, page);
  await live.command({ do: 'users', users: 5 }, page);
  await page.until('both compute', () => page.last?.lanes.every(({ account }) => account.open > 0) === true);
  const from = Date.now();
  // A machine that is busy with other things makes its own server late: such a hole is grey, and a hole all the same.
  const heights = (lane: string) =>
    page
      .ticksOf(lane)
      .filter(({ at, state }) => at > from && state !== 'open' && state !== 'failed')
      .map(({ ms }) => ms ?? NONE_MS)
      .toSorted((a, b) => a - b);
  const median = (lane: string) => heights(lane)[Math.floor(heights(lane).length / 2)] ?? 0;
  const holes = () => page.ticksOf('inline').filter(({ state, ms }) => state !== 'open' && (ms ?? NONE_MS) > HOLE_MS);
  await page.until('holes', () => holes().length > 10);
  await page.until('heartbeats of the pool', () => heights('pool').length > 20);
  expect(median('inline')).toBeGreaterThan(median('pool'));
  await stop(page);
});

it('solo: the load goes to one lane after the other', async () => {
  const page = await open();
  await live.command({ do: 'task', ms: 20 }, page);
  await live.command({ do: 'solo', on: true }, page);
  await live.command({ do: 'users', users: 2 }, page);
  const turns = () => new Set(page.of('snapshot').map(({ orders }) => orders.soloLane));
  await page.until('both had a turn', () => turns().has('inline') && turns().has('pool'));
  for (const { lanes, orders } of page.of('snapshot').slice(-8))
    for (const { lane, account, users } of lanes)
      if (users > 0) expect([lane, account.addsUp]).toEqual([lane, orders.solo]);
  await live.command({ do: 'solo', on: false }, page);
  await stop(page);
});

it('of two pages that disagree the last one holds, and both see it', async () => {
  const [one, another] = [await open(), await open()];
  await live.command({ do: 'users', lane: 'pool', users: 5 }, one);
  await live.command({ do: 'users', lane: 'pool', users: 1 }, another);
  for (const page of [one, another])
    await page.until(
      'the last order',
      () => page.last?.orders.by === another.hello.you && page.lane('pool')?.users === 1,
    );
  expect(one.last?.watchers).toBe(2);
  await stop(one);
});

it('the load ends when the last page has gone, and no snapshot is made for nobody', async () => {
  const page = await open();
  await live.command({ do: 'users', lane: 'pool', users: 2 }, page);
  await page.until('answers', () => (page.lane('pool')?.account.open ?? 0) > 0);
  const { seq = 0 } = page.last ?? {};
  page.close();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(await live.command({ do: 'users', lane: 'pool', users: 2 })).toBe(202);
  const later = await open();
  await later.until('a snapshot', () => later.last !== undefined);
  expect(later.of('snapshot')[0]?.seq).toBeLessThan(seq + 8);
  expect(later.hello.orders).toMatchObject({ users: { inline: 0, pool: 0 }, by: null });
  await later.until('nobody asks', isQuiet);
});

it('a gateway that is killed is silent, the others and the page go on, and it is heard again', async () => {
  const page = await open();
  await live.command({ do: 'task', ms: 20 }, page);
  await live.command({ do: 'users', users: 2 }, page);
  await page.until('answers', () => (page.lane('inline')?.account.ok ?? 0) > 0);
  await inline.stop('SIGKILL');
  await page.until('it is silent', () => typeof page.lane('inline')?.silentSince === 'number');
  await page.until('requests without an outcome', () => (page.lane('inline')?.account.unknown ?? 0) > 0);
  const { ok = 0 } = page.lane('pool')?.account ?? {};
  await page.until('the pool goes on', () => (page.lane('pool')?.account.ok ?? 0) > ok);
  await inline.restart();
  await page.until('it is heard', () => page.lane('inline')?.silentSince === null);
  await stop(page);
});
