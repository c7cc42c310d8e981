/** The queue is bounded by work, not only by count, and no giant keeps small jobs waiting. */
import { workload } from '@heavy-lifter/workloads';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobDocument, type Problem, QUEUE_NAME } from '../src/contract.ts';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { startRust } from './support/processes.ts';
import { finished, queueWorld, submit, untilReady } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const TURN_OPS = workload.turnSize;

const GIANT = 1e12;
const world = queueWorld();
let redis: Redis;
let second: TestGateway;

beforeAll(async () => {
  redis = new Redis(world.redis.url);
  // Another one on the same queue, which takes whatever comes.
  second = await startTestGateway('queue', { REDIS_URL: world.redis.url, MAX_WAITING_S: '1000000' });
  await untilReady(second);
});
afterAll(async () => {
  redis.disconnect();
  await second.stop();
});

const seconds = ({ adminUrl }: TestGateway) => metric(adminUrl, 'queue_waiting_work_seconds');
const counters = async () => (await redis.hmget('bull:tasks:work', 'turn', 'more')).map(Number);
const untilCounted = (turn: number, more: number) =>
  waitFor(`${turn} and ${more} ops are counted`, async () => String(await counters()) === String([turn, more]));
const untilNothing = () =>
  waitFor('no work is left', async () => (await seconds(world.gateway)) === 0 && (await seconds(second)) === 0);

async function smallIsDoneSoon(gateway: TestGateway): Promise<void> {
  const startedAt = performance.now();
  const response = await fetch(`${gateway.url}/blocking?ops=8`, { headers: { prefer: 'wait=20' } });
  expect(response.status).toBe(200);
  // One second on a machine that is left alone.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
}

/** Ends all there is, as by hand. */
async function clear(): Promise<void> {
  await world.worker.stop('SIGKILL');
  await redis.flushall();
  await untilNothing();
  await world.worker.restart();
}

it('how fast workers are is remembered through a night without jobs', async () => {
  await clear();
  await world.worker.stop();
  const [now = 0] = (await redis.time()).map(Number);
  await redis.hset('bull:tasks:work', { rate: 5e9, rateAt: now - 2 * 3600 });
  await waitFor('the rate is known', async () => {
    await submit(second, 'ops=1000000000');
    return (await seconds(world.gateway)) > 0;
  });
  const waiting = await redis.llen('bull:tasks:wait');
  await waitFor(
    'all is counted',
    async () => (await counters())[0] === waiting * 1e9 || (await counters())[1] === waiting * 1e9,
  );
  await waitFor(
    'each is a fifth of a second',
    async () => Math.abs((await seconds(world.gateway)) - waiting / 5) < 1e-6,
  );
  await submit(world.gateway, 'ops=1000000000');
  await world.worker.restart();
  await clear();
});

describe('giants', () => {
  it('are admitted up to MAX_WAITING_S, the refusal says when to come back, and a small job is done beside them', async () => {
    // The first on a new queue is taken though nobody knows yet how fast workers are.
    await submit(world.gateway, `ops=${GIANT}`);
    await smallIsDoneSoon(world.gateway);
    // From this one on the rate is known.
    expect((await finished(world.gateway, (await submit(world.gateway, 'ops=30000000')).id)).state).toBe('completed');
    let refusal: Response | undefined;
    for (let sent = 0; sent < 100 && !refusal; sent++) {
      const response = await fetch(`${world.gateway.url}/blocking?ops=${GIANT}`);
      if (response.status !== 202) refusal = response;
    }
    const { code, limit, detail }: Partial<Problem> = (await refusal?.json()) ?? {};
    expect({ code, limit }).toEqual({ code: 'overloaded', limit: 'MAX_WAITING_S' });
    const [, waiting, own] =
      /^(\d+) s of work are waiting, and this task is about (\d+) s more$/.exec(detail ?? '') ?? [];
    expect(Number(waiting) + Number(own)).toBeGreaterThan(600);
    expect(Number(refusal?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await smallIsDoneSoon(world.gateway);
    await clear();
  });

  it('leave places for small jobs, also where there are more of them than a worker has', async () => {
    const worker = await startRust('rust-worker', { REDIS_URL: world.redis.url, CONCURRENCY: '3' });
    await world.worker.stop();
    const giants = await Promise.all(Array.from({ length: 10 }, () => submit(second, `ops=${GIANT}`)));
    await smallIsDoneSoon(second);
    for (const { id } of giants) expect(await redis.hget(`bull:tasks:${id}`, 'processedOn')).not.toBeNull();
    await worker.stop('SIGKILL');
    await clear();
  });
});

describe('waiting work', () => {
  it('is what all gateways accepted, and ends with the jobs', async () => {
    await world.worker.stop();
    const jobs = [await submit(world.gateway, `ops=${TURN_OPS}`), await submit(second, `ops=${TURN_OPS + 1}`)];
    await untilCounted(TURN_OPS, TURN_OPS + 1);
    await waitFor('both know', async () => (await seconds(second)) > 0 && (await seconds(world.gateway)) > 0);
    await world.worker.restart();
    for (const { id } of jobs) await finished(second, id);
    await untilNothing();
  });

  it('ends with a cancel, long before a worker comes upon the job', async () => {
    await world.worker.stop();
    const { links } = await submit(second, `ops=${GIANT}`);
    await submit(world.gateway, 'ops=1000');
    await untilCounted(1_000, GIANT);
    expect((await fetch(second.url + links.self, { method: 'DELETE' })).status).toBe(200);
    await untilCounted(1_000, 0);
    await world.worker.restart();
    await untilNothing();
  });

  it('is taken off by the worker to the last op, where many jobs are left and none is looked at', async () => {
    await world.worker.stop();
    const queue = new Queue(QUEUE_NAME, { connection: redis });
    // Of no task, so that they count nothing, and more than are looked at.
    await queue.addBulk(Array.from({ length: 1_100 }, () => ({ name: 'compute', data: {}, opts: { delay: 600_000 } })));
    await redis.del('bull:tasks:work');
    const { id } = await submit(second, 'ops=1000');
    const { id: larger } = await submit(second, `ops=${TURN_OPS + 1}`);
    await untilCounted(1_000, TURN_OPS + 1);
    await world.worker.restart();
    await finished(second, id);
    await finished(second, larger);
    await untilCounted(0, 0);
    await clear();
  });

  it('is set right after whatever nobody counted', async () => {
    await world.worker.stop();
    await submit(second, 'ops=1000');
    // As after gateways and workers that were killed, either way.
    for (const wrong of [
      [9e15, 9e15],
      [-9e15, -9e15],
    ]) {
      await redis.hset('bull:tasks:work', { turn: String(wrong[0]), more: String(wrong[1]) });
      await untilCounted(1_000, 0);
    }
    await new Queue(QUEUE_NAME, { connection: redis }).drain();
    await untilNothing();
    await world.worker.restart();
  });

  it('is refused job by job once small ones fill it, and taken again when they are done', async () => {
    const narrow = await startTestGateway('queue', { REDIS_URL: world.redis.url, MAX_WAITING_S: '1' });
    await untilReady(narrow);
    await world.worker.stop();
    const accepted: JobDocument[] = [];
    let refusal: Problem | undefined;
    for (let sent = 0; sent < 10_000 && !refusal; sent++) {
      const response = await fetch(`${narrow.url}/blocking?ops=${TURN_OPS}`);
      if (response.status === 202) accepted.push(JobDocument.parse(await response.json()));
      else refusal = (await response.json()) as Problem;
    }
    expect(refusal).toMatchObject({ code: 'overloaded', limit: 'MAX_WAITING_S' });
    expect(accepted.length).toBeGreaterThan(0);
    await world.worker.restart();
    for (const { id } of accepted) expect((await finished(narrow, id)).state).toBe('completed');
    await waitFor('accepts again', async () => (await fetch(`${narrow.url}/blocking?ops=10`)).status === 202);
    await narrow.stop();
  });
});
