/** The lane of a queue, with its real Redis and worker: promises that are kept, followed, asked for and called off. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Neighbour, startRedis, startRust } from '../../gateway/test/support/processes.ts';
import type { Account, Asked, Control, Trace } from '../src/contract.ts';
import { startTestLive, type TestLive } from './support/live.ts';
import type { Page } from './support/page.ts';
import { type Process, startGateway } from './support/processes.ts';

let redis: Neighbour;
let worker: Neighbour;
let gateway: Process;
let live: TestLive;
let page: Page;

beforeAll(async () => {
  redis = await startRedis();
  const REDIS_URL = redis.url;
  [worker, gateway] = await Promise.all([
    startRust('rust-worker', { REDIS_URL, STALLED_CHECK_MS: '300' }),
    startGateway('queue', { REDIS_URL, MAX_WAITING: '120' }),
  ]);
  live = await startTestLive(
    { queue: gateway.url },
    { REDIS_URL, SERVICES: 'gateway-queue=http://127.0.0.1:1,rust-worker=http://127.0.0.1:1' },
    { states: new Map([['rust-worker', 'running']]), act: () => worker.stop('SIGKILL') },
  );
  page = await live.open();
  // It takes a while, most of it waiting.
  vi.stubEnv('REDIS_URL', redis.url);
  await live.command({ do: 'control' }, page);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await live?.close();
  await gateway?.stop();
  await worker?.stop();
  await redis?.stop();
});

type Jobs = NonNullable<Account['jobs']>;
const jobs = () => page.lane('queue')?.account.jobs as Jobs;
const sum = ({ done, failed, cancelled, cleared, notYet, lost }: Jobs) =>
  done + failed + cancelled + cleared + notYet + (lost ?? Number.NaN);

describe('under load', () => {
  it('accepting goes on until it is refused, a killed worker loses nothing, and the drain ends with an account that adds up', async () => {
    await live.command({ do: 'task', ms: 20 }, page);
    await live.command({ do: 'users', users: 8 }, page);
    await page.until('some are done', () => jobs()?.done > 20);
    await live.command({ do: 'service', verb: 'kill', service: 'rust-worker' }, page);
    await page.until('its mark', () =>
      page.of('snapshot').some(({ marks }) => marks.some(({ what }) => what === 'kill')),
    );
    const mark = page.of('snapshot').flatMap(({ marks }) => marks)[0];
    expect(mark).toMatchObject({ service: 'rust-worker', command: 'make kill SERVICE=rust-worker' });
    await page.until('more is refused', () => (page.lane('queue')?.account.refused ?? 0) > 0);
    expect(page.lane('queue')?.reasons[0]?.reason).toBe('overloaded (MAX_WAITING)');
    await live.command({ do: 'stop' }, page);
    await worker.restart();
    await page.until('all is done', () => jobs().notYet === 0 && page.lane('queue')?.account.open === 0);
    expect(jobs()).toMatchObject({ lost: 0, failed: 0, cancelled: 0, cleared: 0 });
    expect(sum(jobs())).toBe(jobs().acknowledged);
    expect(page.lane('queue')?.account).toMatchObject({ addsUp: true, wrong: 0 });
    await page.until('no backlog', () => page.lane('queue')?.backlog.goneInS === 0);
  });

  it('what is cleared is said, and is in the account', async () => {
    await worker.stop('SIGKILL');
    await live.command({ do: 'users', users: 4 }, page);
    await page.until('some wait', () => jobs().notYet > 20);
    await live.command({ do: 'stop' }, page);
    await page.until('nobody asks', () => page.lane('queue')?.account.open === 0);
    await live.command({ do: 'clear' }, page);
    await page.until('it is said', () => page.of('said').length > 0);
    await page.until('none is left', () => jobs().notYet === 0);
    expect(jobs().lost).toBe(0);
    expect(page.of('said').at(-1)).toMatchObject({
      says: `${jobs().cleared} waiting jobs were cleared`,
      problem: false,
    });
    expect(sum(jobs())).toBe(jobs().acknowledged);
    await worker.restart();
  });
});

describe('one request', () => {
  const lastTrace = () => page.of('trace').at(-1) as Trace;
  const lastAsked = () => page.of('asked').at(-1) as Asked;

  it('is followed, both attempts of it where its worker is killed', async () => {
    await live.command({ do: 'task', ms: 10_000 }, page);
    await live.command({ do: 'follow', lane: 'queue' }, page);
    const computing = (attempt: number) => () =>
      page
        .of('trace')
        .at(-1)
        ?.parts.some((part) => part.what === 'computing' && part.attempt === attempt) === true;
    await page.until('it is computed', computing(1));
    await worker.stop('SIGKILL');
    await worker.restart();
    await page.until('it is done', () => lastTrace().state !== 'open');
    expect(lastTrace()).toMatchObject({ state: 'done', lane: 'queue' });
    expect(lastTrace().says).toMatch(/^checksum [0-9a-f]{8}, after \d attempts$/);
    const parts = lastTrace().parts.map(({ what, attempt }) => `${what} ${attempt}`);
    const once = ['gateway 1', 'handed over 1', 'answered 1', 'waiting 1', 'computing 1'];
    // A third one where this machine is too busy for the worker to say in time that it is at it.
    expect(parts.slice(0, 7)).toEqual([...once, 'waiting 2', 'computing 2']);
    expect(parts.slice(-2)).toEqual([expect.stringMatching(/^stored \d$/), expect.stringMatching(/^notified \d$/)]);
    for (const { from, to } of lastTrace().parts) expect(to).toBeGreaterThanOrEqual(from);
  });

  it('is asked for: the promise, its progress, the result', async () => {
    await live.command({ do: 'ask', lane: 'queue' }, page);
    await page.until('it is done', () => page.of('asked').length > 0 && lastAsked().state === 'done');
    const states = page.of('asked').map(({ state }) => state);
    expect(states.slice(0, 2)).toEqual(['waiting', 'promised']);
    expect(states).toContain('working');
    expect(lastAsked()).toMatchObject({
      status: 202,
      progress: 1,
      says: expect.stringContaining('checksum'),
    });
  });

  it('is called off', async () => {
    const { cancelled } = jobs();
    await live.command({ do: 'ask', lane: 'queue' }, page);
    await page.until('a promise', () => lastAsked().state === 'promised' || lastAsked().state === 'working');
    await live.command({ do: 'cancel', id: lastAsked().id }, page);
    await page.until('its end', () => lastAsked().state === 'cancelled');
    await page.until('it is in the account', () => jobs().cancelled === cancelled + 1 && jobs().notYet === 0);
    expect(sum(jobs())).toBe(jobs().acknowledged);
  });
});

it('the losing queue, which ran beside it, lost what its killed worker had in hand', async () => {
  await page.until('it is over', () => page.of('control').some(({ state }) => state !== 'running'));
  const [running, done] = page.of('control');
  expect(running).toMatchObject({ state: 'running', lost: null });
  expect(done).toMatchObject({ state: 'done' });
  const { acknowledged, completed, lost } = done as Control;
  expect(lost).toBeGreaterThan(0);
  expect(acknowledged).toBe(Number(completed) + Number(lost));
  // Nothing of it is in the account of the real one.
  expect(jobs().acknowledged).toBe(page.lane('queue')?.account.accepted);
});
