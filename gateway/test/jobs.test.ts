/** What only `queue` has: jobs, notifications, keys, bounds in Redis; with a real Redis and a real worker. */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { JobDocument, type Problem } from '../src/contract.ts';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { type Neighbour, startRedis, startRust } from './support/processes.ts';
import { waitFor } from './support/wait.ts';

let redis: Neighbour;
let worker: Neighbour;
let gateway: TestGateway;

beforeAll(async () => {
  redis = await startRedis();
  worker = await startRust('rust-worker', { REDIS_URL: redis.url });
  gateway = await startTestGateway('queue', { REDIS_URL: redis.url });
  await waitFor('ready', async () => (await fetch(`${gateway.url}/readyz`)).ok);
});
afterAll(async () => {
  await gateway?.stop();
  await worker?.stop();
  await redis?.stop();
});

async function submit(query: string, headers: Record<string, string> = {}, at = gateway) {
  const response = await fetch(`${at.url}/blocking?${query}`, { headers });
  expect(response.status).toBe(202);
  const job = JobDocument.parse(await response.json());
  expect(response.headers.get('location')).toBe(job.links.self);
  return job;
}

async function finished(id: string, at = gateway): Promise<JobDocument> {
  let job: JobDocument | undefined;
  await waitFor(`job ${id} ends`, async () => {
    job = JobDocument.parse(await (await fetch(`${at.url}/jobs/${id}`)).json());
    return job.state === 'completed' || job.state === 'failed';
  });
  return job as JobDocument;
}

describe('a job', () => {
  it('is accepted, then completed with its checksum by the Rust worker', async () => {
    const accepted = await submit('', { 'x-request-id': 'job-test-1' });
    expect(accepted).toMatchObject({ state: 'waiting', progress: { done: 0, total: 20_000_000 }, attempts: 0 });
    const done = await finished(accepted.id);
    expect(done).toMatchObject({ state: 'completed', attempts: 1, progress: { done: 20_000_000 } });
    expect(done.result).toMatchObject({ checksum: 'f0e409d1', count: 20_000_000 });
    expect(done.result?.kernel).toMatch(/^rust-/);
    expect(Date.parse(done.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(done.createdAt));
  });

  it('waits for its result on request, and says what it waited', async () => {
    const response = await fetch(`${gateway.url}/blocking?ops=1000`, { headers: { prefer: 'wait=99' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('preference-applied')).toBe('wait=20');
    const late = await fetch(`${gateway.url}/blocking?ops=100000000000`, { headers: { prefer: 'wait=0' } });
    expect(late.status).toBe(202);
    await late.body?.cancel();
  });

  it('reports progress and its end to an event stream and a WebSocket alike', async () => {
    const { id, links } = await submit('ops=6000000000');
    const viaSocket: JobDocument[] = [];
    const socket = new WebSocket(gateway.url.replace('http', 'ws') + links.ws);
    socket.on('message', (text) => viaSocket.push(JobDocument.parse(JSON.parse(String(text)))));
    const closed = once(socket, 'close');

    const response = await fetch(gateway.url + links.events);
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
    const { id, links } = await submit('ops=10');
    await finished(id);
    expect(await (await fetch(gateway.url + links.events)).text()).toContain('"state":"completed"');
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/jobs/00000000-0000-0000-0000-000000000000/ws`);
    const [, refusal] = await once(socket, 'unexpected-response');
    expect(refusal.statusCode).toBe(404);
    socket.on('error', () => {});
    socket.terminate();
  });

  it('fails with the reason of the worker when its data is not valid', async () => {
    const client = new Redis(redis.url);
    const { id } = await submit('ops=10');
    await finished(id);
    const { Queue } = await import('bullmq');
    const queue = new Queue('tasks', { connection: client });
    const bad = await queue.add(
      'compute',
      { v: 1, ops: -5, chunks: 1, seed: 0, requestId: 'r' },
      { jobId: crypto.randomUUID() },
    );
    const failed = await finished(String(bad.id));
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
    const first = await submit('ops=77', { 'idempotency-key': key });
    const second = await submit('ops=77', { 'idempotency-key': key });
    expect(second.id).toBe(first.id);
    const other = await fetch(`${gateway.url}/blocking?ops=78`, { headers: { 'idempotency-key': key } });
    expect(other.status).toBe(422);
    expect(((await other.json()) as Problem).code).toBe('idempotency_mismatch');
  });

  it.each([
    ['of 5,000 characters', 'x'.repeat(5000)],
    ['beyond ASCII', 'k\u00e4se'],
    ['with a control character', 'tab\there'],
  ])('%s is refused', async (_name, key) => {
    const response = await fetch(`${gateway.url}/blocking?ops=77`, { headers: { 'idempotency-key': key } });
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).errors?.[0]?.field).toBe('Idempotency-Key');
  });

  it('makes one job of many simultaneous requests', async () => {
    const headers = { 'idempotency-key': 'all at once' };
    const jobs = await Promise.all(Array.from({ length: 20 }, () => submit('ops=99', headers)));
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(1);
  });
});

describe('bounds', () => {
  it('refuses at MAX_WAITING, keeps what it accepted, and accepts again after the drain', async () => {
    await worker.stop();
    const before = await metric(gateway.adminUrl, 'bullmq_job_count', 'state="waiting"');
    const small = await startTestGateway('queue', { REDIS_URL: redis.url, MAX_WAITING: String(before + 5) });
    await waitFor('ready', async () => (await fetch(`${small.url}/readyz`)).ok);
    const accepted: JobDocument[] = [];
    let refusal: Response | undefined;
    while (!refusal && accepted.length < 20) {
      const response = await fetch(`${small.url}/blocking?ops=10`);
      if (response.status === 202) accepted.push(JobDocument.parse(await response.json()));
      else refusal = response;
    }
    expect(refusal?.headers.get('retry-after')).toBe('1');
    expect(await refusal?.json()).toMatchObject({ code: 'overloaded', limit: 'MAX_WAITING' });
    expect(accepted.length).toBeLessThanOrEqual(5);
    await worker.restart();
    for (const { id } of accepted) expect((await finished(id)).state).toBe('completed');
    await waitFor('accepts again', async () => (await fetch(`${small.url}/blocking?ops=10`)).status === 202);
    await small.stop();
  });

  it('refuses near maxmemory, and what was accepted drains', async () => {
    const client = new Redis(redis.url);
    const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    await worker.stop();
    const waiting = await Promise.all(Array.from({ length: 10 }, () => submit('ops=10')));
    await client.config('SET', 'maxmemory', String(Math.floor(used * 1.25)));
    await waitFor('refused', async () => (await fetch(`${gateway.url}/blocking?ops=10`)).status === 503);
    const problem = (await (await fetch(`${gateway.url}/blocking?ops=10`)).json()) as Problem;
    expect(problem).toMatchObject({ code: 'overloaded', limit: 'maxmemory' });
    await worker.restart();
    for (const { id } of waiting) expect((await finished(id)).state).toBe('completed');
    await client.config('SET', 'maxmemory', '1gb');
    await waitFor('accepted', async () => (await fetch(`${gateway.url}/blocking?ops=10`)).status === 202);
    client.disconnect();
  });

  it('refuses one stream too many', async () => {
    const few = await startTestGateway('queue', { REDIS_URL: redis.url, MAX_STREAMS: '1' });
    await waitFor('ready', async () => (await fetch(`${few.url}/readyz`)).ok);
    const { links } = await submit('ops=5000000000', {}, few);
    const open = await fetch(few.url + links.events);
    const refused = await fetch(few.url + links.events);
    expect(await refused.json()).toMatchObject({ code: 'overloaded', limit: 'MAX_STREAMS' });
    await open.text();
    expect((await fetch(few.url + links.events)).status).toBe(200);
    await few.stop();
  });
});

describe('the admin port', () => {
  it('has Bull Board and the metrics of the queue', async () => {
    const board = await fetch(`${gateway.adminUrl}/admin/queues/`);
    expect(board.headers.get('content-type')).toMatch(/html/);
    const queues = await fetch(`${gateway.adminUrl}/admin/queues/api/queues`);
    expect(JSON.stringify(await queues.json())).toContain('tasks');
    expect(await metric(gateway.adminUrl, 'queue_workers_connected')).toBe(1);
    expect(await metric(gateway.adminUrl, 'bullmq_job_count', 'state="completed"')).toBeGreaterThan(0);
    expect(await metric(worker.adminUrl, 'job_attempts_total', 'outcome="completed"')).toBeGreaterThan(0);
  });
});

it('accepts without a worker and completes when one comes', async () => {
  await worker.stop('SIGKILL');
  const { id } = await submit('ops=1000');
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  await waitFor('no worker', async () => (await metric(gateway.adminUrl, 'queue_workers_connected')) === 0);
  await worker.restart();
  expect((await finished(id)).state).toBe('completed');
});
