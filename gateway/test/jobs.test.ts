/** What only `queue` has: jobs, notifications, keys; with a real Redis and a real worker. */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { isFinal, JobDocument, type Problem } from '../src/contract.ts';
import { metric } from './support/metrics.ts';
import { finished, heardOf, queueWorld, submit } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const world = queueWorld();

describe('a job', () => {
  it('is accepted, then completed with its checksum by the Rust worker', async () => {
    const accepted = await submit(world.gateway, '', { 'x-request-id': 'job-test-1' });
    expect(accepted).toMatchObject({ state: 'waiting', progress: { done: 0, total: 20_000_000 }, attempts: 0 });
    const done = await finished(world.gateway, accepted.id);
    expect(done).toMatchObject({ state: 'completed', attempts: 1, progress: { done: 20_000_000 } });
    expect(done.result).toMatchObject({ checksum: 'f0e409d1', count: 20_000_000 });
    expect(done.result?.kernel).toMatch(/^rust-/);
    expect(Date.parse(done.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(done.createdAt));
  });

  it('has a whole document at every moment of its life', async () => {
    for (let n = 0; n < 200; n++) {
      let { id, state, result } = await submit(world.gateway, 'ops=1');
      while (!isFinal(state)) {
        const response = await fetch(`${world.gateway.url}/jobs/${id}`);
        ({ state, result } = JobDocument.parse(await response.json()));
      }
      expect({ state, result }).toMatchObject({ state: 'completed', result: { count: 1 } });
    }
  });

  it('hears of the end of a job that is over at once, and does not find it out by looking later', async () => {
    for (let n = 0; n < 20; n++) await heardOf(world.gateway, `ops=${n + 1}&chunks=1`, 1);
  });

  it('waits for its result on request, and says what it waited', async () => {
    const response = await fetch(`${world.gateway.url}/blocking?ops=1000`, { headers: { prefer: 'wait=99' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=20');
    const late = await fetch(`${world.gateway.url}/blocking?ops=100000000000`, { headers: { prefer: 'wait=0' } });
    expect(late.status).toBe(202);
    // Nobody waits for it, and the next tests are for a worker that has nothing else to do.
    await fetch(world.gateway.url + late.headers.get('location'), { method: 'DELETE' });
    await late.body?.cancel();
  });

  it('reports progress and its end to an event stream and a WebSocket alike', async () => {
    const { id, links } = await submit(world.gateway, 'ops=6000000000');
    const viaSocket: JobDocument[] = [];
    const socket = new WebSocket(world.gateway.url.replace('http', 'ws') + links.ws);
    socket.on('message', (text) => viaSocket.push(JobDocument.parse(JSON.parse(String(text)))));
    const closed = once(socket, 'close');

    const response = await fetch(world.gateway.url + links.events);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const text = await response.text();
    const viaStream = [...text.matchAll(/^event: job\ndata: (.*)$/gm)].map(([, data]) =>
      JobDocument.parse(JSON.parse(data ?? '')),
    );
    const [code] = await closed;

    expect(code).toBe(1000);
    for (const documents of [viaStream, viaSocket]) {
      expect(documents.every((document) => document.id === id)).toBe(true);
      expect(documents.at(-1)).toMatchObject({ state: 'completed', result: { count: 6_000_000_000 } });
      const steps = documents.map(({ progress }) => progress.done);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
    }
    expect(viaStream.some(({ state, progress }) => state === 'active' && progress.done > 0)).toBe(true);
  });

  it('ends its streams at once when it is over, and answers 404 where there is none', async () => {
    const { id, links } = await submit(world.gateway, 'ops=10');
    await finished(world.gateway, id);
    expect(await (await fetch(world.gateway.url + links.events)).text()).toContain('"state":"completed"');
    const socket = new WebSocket(
      `${world.gateway.url.replace('http', 'ws')}/jobs/00000000-0000-0000-0000-000000000000/ws`,
    );
    const [, refusal] = await once(socket, 'unexpected-response');
    expect(refusal.statusCode).toBe(404);
    socket.on('error', () => {});
    socket.terminate();
  });

  it('fails with the reason of the worker when its data is not valid', async () => {
    const client = new Redis(world.redis.url);
    const { id } = await submit(world.gateway, 'ops=10');
    await finished(world.gateway, id);
    const { Queue } = await import('bullmq');
    const queue = new Queue('tasks', { connection: client });
    const bad = await queue.add(
      'compute',
      { v: 1, ops: -5, chunks: 1, seed: 0, requestId: 'r' },
      { jobId: crypto.randomUUID() },
    );
    const failed = await finished(world.gateway, String(bad.id));
    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'invalid_task' } });
    await queue.close();
    client.disconnect();
  });
});

describe('Idempotency-Key', () => {
  it.each([
    ['like an integer', '123'],
    ['with a colon', 'a:b'],
    ['with spaces', 'key with spaces'],
    ['of 255 characters', '~'.repeat(255)],
  ])('%s gives the same job for the same task', async (_name, key) => {
    const first = await submit(world.gateway, 'ops=77', { 'idempotency-key': key });
    const second = await submit(world.gateway, 'ops=77', { 'idempotency-key': key });
    expect(second.id).toBe(first.id);
    const other = await fetch(`${world.gateway.url}/blocking?ops=78`, { headers: { 'idempotency-key': key } });
    expect(other.status).toBe(422);
    expect(((await other.json()) as Problem).code).toBe('idempotency_mismatch');
  });

  it.each([
    ['of 5,000 characters', 'x'.repeat(5000)],
    ['beyond ASCII', 'k\u00e4se'],
    ['with a control character', 'tab\there'],
  ])('%s is refused', async (_name, key) => {
    const response = await fetch(`${world.gateway.url}/blocking?ops=77`, { headers: { 'idempotency-key': key } });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).errors?.[0]?.field).toBe('Idempotency-Key');
  });

  it('makes one job of many simultaneous requests', async () => {
    const headers = { 'idempotency-key': 'all at once' };
    const jobs = await Promise.all(Array.from({ length: 20 }, () => submit(world.gateway, 'ops=99', headers)));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
  });
});

describe('the admin port', () => {
  it('has Bull Board and the metrics of the queue', async () => {
    const board = await fetch(`${world.gateway.adminUrl}/admin/queues/`);
    expect(board.headers.get('content-type')).toMatch(/html/);
    const queues = await fetch(`${world.gateway.adminUrl}/admin/queues/api/queues`);
    expect(JSON.stringify(await queues.json())).toContain('tasks');
    expect(await metric(world.gateway.adminUrl, 'queue_workers_connected')).toBe(1);
    expect(await metric(world.gateway.adminUrl, 'bullmq_job_count', 'state="completed"')).toBeGreaterThan(0);
    expect(await metric(world.worker.adminUrl, 'job_attempts_total', 'outcome="completed"')).toBeGreaterThan(0);
  });
});

it('accepts without a worker and completes when one comes', async () => {
  await world.worker.stop('SIGKILL');
  const { id } = await submit(world.gateway, 'ops=1000');
  expect((await fetch(`${world.gateway.url}/readyz`)).status).toBe(200);
  await waitFor('no worker', async () => (await metric(world.gateway.adminUrl, 'queue_workers_connected')) === 0);
  await world.worker.restart();
  expect((await finished(world.gateway, id)).state).toBe('completed');
});
