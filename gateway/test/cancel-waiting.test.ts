/** DELETE of a job that waits, with a real Redis and a real worker. */
import { Worker } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { booksOf, cancel, documentOf, jobCounts, NONE } from './support/cancels.ts';
import { metric } from './support/metrics.ts';
import { finished, queueWorld, submit } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const world = queueWorld();
const books = booksOf(world);

describe('a job that waits', () => {
  it('has failed at once for everybody, is no more counted among those that wait, and is never computed', async () => {
    await world.worker.stop('SIGKILL');
    const before = await jobCounts(world);
    const { id, links } = await submit(world.gateway, 'ops=1000');
    const events = await fetch(world.gateway.url + links.events);
    const told = events.text();
    const job = await cancel(world.gateway, id);
    expect(job).toMatchObject({ attempts: 0, startedAt: null });
    // The stream ends with the final document, without a worker.
    expect(await told).toContain('"code":"cancelled"');
    expect(await cancel(world.gateway, id)).toEqual(job);
    expect(await jobCounts(world)).toEqual({ ...before, failed: before.failed + 1 });
    expect((await books.queue.getJob(id))?.failedReason).toMatch(/^cancelled: /);

    const { id: next } = await submit(world.gateway, 'ops=1000');
    await world.worker.restart();
    expect(await finished(world.gateway, next)).toMatchObject({ state: 'completed' });
    expect(await books.timesFailed(id)).toBe(1);
    expect(await documentOf(world.gateway, id)).toEqual(job);
    await waitFor('it is taken off', async () => (await jobCounts(world)).failed === before.failed + 1);
    expect(await books.toBeTaken()).toBe(0);
    await books.counted({ ...NONE, completed: 1 });
  });

  it('is failed by a worker of BullMQ itself, too, without being handed to its processor', async () => {
    await world.worker.stop('SIGKILL');
    const { id } = await submit(world.gateway, 'ops=1000');
    const job = await cancel(world.gateway, id);
    const processed: unknown[] = [];
    const worker = new Worker('tasks', async (one) => processed.push(one.id), { connection: { url: world.redis.url } });
    await waitFor('it has failed', async () => (await books.timesFailed(id)) === 1);
    await worker.close();
    expect(processed).toEqual([]);
    expect(await documentOf(world.gateway, id)).toEqual(job);
    await world.worker.restart();
  });

  it('is subtracted until it is taken, whatever becomes of the others', async () => {
    await world.worker.stop('SIGKILL');
    const before = await jobCounts(world);
    const jobs = await Promise.all(Array.from({ length: 40 }, () => submit(world.gateway, 'ops=1000')));
    const half = jobs.filter((_, n) => n % 2 === 0);
    for (const { id } of half) await cancel(world.gateway, id);
    expect(await jobCounts(world)).toEqual({ ...before, waiting: before.waiting + 20, failed: before.failed + 20 });
    await waitFor('the sample', async () => (await metric(world.gateway.adminUrl, 'tasks_waiting')) === 20);
    await world.worker.restart();
    await waitFor('all is done', async () => (await jobCounts(world)).completed === before.completed + 20);
    await waitFor('all is taken', async () => (await books.client.llen('bull:tasks:wait')) === 0);
    expect(await jobCounts(world)).toMatchObject({ waiting: before.waiting, failed: before.failed + 20 });
    expect(await books.toBeTaken()).toBe(0);
  });

  it('is forgotten with the queue when that is emptied', async () => {
    await world.worker.stop('SIGKILL');
    const before = await jobCounts(world);
    const { id } = await submit(world.gateway, 'ops=1000');
    await cancel(world.gateway, id);
    await books.queue.drain();
    expect(await jobCounts(world)).toEqual(before);
    await submit(world.gateway, 'ops=1000');
    expect(await jobCounts(world)).toEqual({ ...before, waiting: before.waiting + 1 });
    await world.worker.restart();
  });

  it.each([
    ['for its next attempt', { delay: 60_000 }],
    ['by priority', { priority: 5 }],
  ])('%s, has failed for BullMQ at once', async (_name, options) => {
    await world.worker.stop('SIGKILL');
    const before = await jobCounts(world);
    const data = { v: 1, ops: 1_000, chunks: 1, seed: 0, requestId: 'r' };
    const { id = '' } = await books.queue.add('compute', data, { ...options, jobId: crypto.randomUUID() });
    const job = await cancel(world.gateway, id);
    expect(await books.timesFailed(id)).toBe(1);
    expect(await cancel(world.gateway, id)).toEqual(job);
    expect(await jobCounts(world)).toEqual({ ...before, failed: before.failed + 1 });
    await world.worker.restart();
  });
});
