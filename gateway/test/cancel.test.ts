/** DELETE of a job that is computed or was, with a real Redis and a real worker; of one that waits: cancel-waiting.test.ts. */
import { Worker } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { isFinal, Problem } from '../src/contract.ts';
import { attempts, booksOf, cancel, documentOf, jobCounts, NONE } from './support/cancels.ts';
import { metric } from './support/metrics.ts';
import { finished, queueWorld, submit } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const world = queueWorld();
const books = booksOf(world);

describe('a job that is computed', () => {
  it('has failed at once, its worker stops soon and takes the next one, and it is no attempt that ended', async () => {
    const before = { jobs: await jobCounts(world), attempts: await attempts(world) };
    const id = await books.underWay();
    expect(await books.busy()).toBeGreaterThan(0);
    const job = await cancel(world.gateway, id);
    expect(job).toMatchObject({ attempts: 1 });
    // 500 ms is the promise; the rest is for a machine with other things to do.
    await waitFor('the threads are free', async () => (await books.busy()) === 0, 3_000);
    expect(await books.timesFailed(id)).toBe(1);
    expect(await books.client.llen('bull:tasks:active')).toBe(0);
    const { id: next } = await submit(world.gateway, 'ops=1000');
    expect(await finished(world.gateway, next)).toMatchObject({ state: 'completed' });
    // A report of progress that was on its way.
    await (await books.queue.getJob(id))?.updateProgress({ done: 1, total: 2 });
    expect(await documentOf(world.gateway, id)).toEqual(job);
    const { completed, failed } = before.jobs;
    expect(await jobCounts(world)).toEqual({ ...before.jobs, completed: completed + 1, failed: failed + 1 });
    await books.counted({ ...before.attempts, completed: before.attempts.completed + 1 });
    expect((await fetch(`${world.worker.adminUrl}/readyz`)).status).toBe(200);
  });

  it('has one outcome, however close to its end the cancel comes', async () => {
    const before = { jobs: await jobCounts(world), attempts: await attempts(world) };
    const ends = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const { id } = await submit(world.gateway, `ops=${100_000 * 2 ** (n % 12)}`);
        await waitFor('it is taken', async () => (await documentOf(world.gateway, id)).state !== 'waiting');
        const response = await fetch(`${world.gateway.url}/jobs/${id}`, { method: 'DELETE' });
        expect([200, 409]).toContain(response.status);
        const expected = response.status === 200 ? 'failed' : 'completed';
        expect(await documentOf(world.gateway, id)).toMatchObject({ state: expected });
        return { id, expected };
      }),
    );
    const completed = ends.filter(({ expected }) => expected === 'completed').length;
    await waitFor('the worker is idle', async () => (await books.client.llen('bull:tasks:active')) === 0);
    // What came too late for its end has been refused by the time that another job is done.
    const { id: last } = await submit(world.gateway, 'ops=1000');
    await finished(world.gateway, last);
    for (const { id, expected } of ends) expect((await documentOf(world.gateway, id)).state).toBe(expected);
    expect(await jobCounts(world)).toEqual({
      ...before.jobs,
      completed: before.jobs.completed + completed + 1,
      failed: before.jobs.failed + ends.length - completed,
    });
    await books.counted({ ...before.attempts, completed: before.attempts.completed + completed + 1 });
  });

  it.each([
    ['is still locked', false],
    ['has lost its lock, so that it reads as waiting,', true],
  ])('by a worker that has died and %s is over at once, and is not started again', async (_name, lockIsGone) => {
    const before = await jobCounts(world);
    const id = await books.underWay();
    await world.worker.stop('SIGKILL');
    if (lockIsGone) {
      await books.client.del(`bull:tasks:${id}:lock`);
      expect((await documentOf(world.gateway, id)).state).toBe('waiting');
    }
    const job = await cancel(world.gateway, id);
    expect(await books.client.llen('bull:tasks:active')).toBe(0);
    await world.worker.restart();
    const { id: next } = await submit(world.gateway, 'ops=1000');
    await finished(world.gateway, next);
    expect(await documentOf(world.gateway, id)).toEqual(job);
    await books.counted({ ...NONE, completed: 1 });
    expect(await jobCounts(world)).toEqual({ ...before, completed: before.completed + 1, failed: before.failed + 1 });
  });

  it('and waits again since its worker died is cancelled like any other that waits', async () => {
    const before = await jobCounts(world);
    const id = await books.underWay();
    await world.worker.stop('SIGKILL');
    // As after the lock's time and one round of the recovery: the next one takes it out.
    await books.client.del(`bull:tasks:${id}:lock`, 'bull:tasks:stalled-check');
    await books.client.sadd('bull:tasks:stalled', id);
    const recovery = new Worker('tasks', null, { connection: { url: world.redis.url } });
    await recovery.startStalledCheckTimer();
    await waitFor('it waits again', async () => (await books.client.llen('bull:tasks:wait')) === 1);
    await recovery.close();
    const job = await cancel(world.gateway, id);
    expect(job).toMatchObject({ attempts: 1 });
    await world.worker.restart();
    await waitFor('it has failed', async () => (await books.timesFailed(id)) === 1);
    expect(await documentOf(world.gateway, id)).toEqual(job);
    expect(await jobCounts(world)).toEqual({ ...before, failed: before.failed + 1 });
    expect(await attempts(world)).toEqual(NONE);
  });
});

describe('DELETE', () => {
  it('of a job that has ended is refused, and of one that there is not', async () => {
    const { id } = await submit(world.gateway, 'ops=10');
    const done = await finished(world.gateway, id);
    const late = await fetch(`${world.gateway.url}/jobs/${id}`, { method: 'DELETE' });
    expect(late.status).toBe(409);
    expect(Problem.parse(await late.json()).code).toBe('job_ended');
    expect(isFinal(done.state) && (await documentOf(world.gateway, id))).toEqual(done);
    for (const unknown of ['00000000-0000-0000-0000-000000000000', 'wait', 'meta']) {
      const response = await fetch(`${world.gateway.url}/jobs/${unknown}`, { method: 'DELETE' });
      expect(response.status).toBe(404);
      expect(Problem.parse(await response.json()).code).toBe('not_found');
    }
  });

  it('is named among the methods of a job', async () => {
    const response = await fetch(`${world.gateway.url}/jobs/00000000-0000-0000-0000-000000000000`, { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, DELETE');
  });

  it('counts each cancelled job once', async () => {
    const before = await metric(world.gateway.adminUrl, 'jobs_cancelled_total');
    const id = await books.underWay();
    await Promise.all(Array.from({ length: 5 }, () => cancel(world.gateway, id)));
    expect(await metric(world.gateway.adminUrl, 'jobs_cancelled_total')).toBe(before + 1);
  });
});
