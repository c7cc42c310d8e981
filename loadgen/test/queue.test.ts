/** What make's verbs ask of the queue: jobs of before, which of them go, and those that a killed worker held. */
import { JOB_NAME, type JobData, QUEUE_NAME } from '@heavy-lifter/gateway/contract';
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { type Neighbour, startRedis, startRust } from '../../gateway/test/support/processes.ts';
import { waitFor } from '../../gateway/test/support/wait.ts';
import { runMain, startBench } from './support/generator.ts';
import { startStub } from './support/stub.ts';

const JOBS = 3_000;
/** Some minutes of one core. */
const LONG_OPS = 400_000_000_000;

let redis: Neighbour;
let connection: { host: string; port: number };
let queue: Queue;
beforeAll(async () => {
  redis = await startRedis();
  const { hostname: host, port } = new URL(redis.url);
  connection = { host, port: Number(port) };
  queue = new Queue(QUEUE_NAME, { connection });
});
afterAll(async () => {
  await queue.close();
  await redis.stop();
});
beforeEach(() => queue.obliterate({ force: true }));

async function add(count: number, ops = 8): Promise<void> {
  const data: JobData = { v: 1, ops, chunks: 1, seed: 0, requestId: 'before' };
  await queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data })));
}

/** Has a worker begin a job that it does not end in this test. */
/** With one place, which a long job keeps. */
async function startWorker() {
  const places = { CONCURRENCY: '1', MAX_LONG_JOBS: '0', THREADS: '1' };
  const worker = await startRust('rust-worker', { REDIS_URL: redis.url, ...places });
  onTestFinished(() => worker.stop('SIGKILL'));
  await waitFor('a job in hand', async () => (await queue.getActiveCount()) > 0);
  return worker;
}

async function ask(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runMain(words, { REDIS_URL: redis.url }, 'queue/main.ts').ended;
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

async function refusedBench() {
  const stub = await startStub({ mode: 'queue' });
  onTestFinished(() => stub.close());
  const { code, stderr } = await startBench(stub.url, { MODE: 'queue', REDIS_URL: redis.url }).ended;
  expect(code).toBe(1);
  // Nothing was asked of the service.
  expect(stub.asked).toEqual([]);
  return stderr;
}

it('says nothing where nothing waits', async () => {
  expect(await ask('before')).toBe('');
  expect(await ask('clear')).toBe('0 job(s) removed');
});

it('tells of jobs that nobody does, and a bench refuses to wait behind them', async () => {
  await add(JOBS);
  const line = /^3,000 job\(s\) of before come first: none was completed of late.* does a worker run\? .*make clear$/m;
  expect(await refusedBench()).toMatch(line);
});

it('tells how long they will take, from the rate at which they fall', async () => {
  await add(JOBS);
  // Twenty a second, so two and a half minutes.
  const worker = new Worker(QUEUE_NAME, () => new Promise((resolve) => setTimeout(resolve, 50)), { connection });
  onTestFinished(() => worker.close(true));
  await waitFor('some are done', async () => (await queue.getCompletedCount()) > 0);
  const line = /^2,\d{3} job\(s\) of before come first: about \d{2,4} s at [\d.]+ a second\. .*make clear$/;
  expect(await ask('before')).toMatch(line);
});

it('removes those that wait, batch by batch, and leaves the one in hand to its worker', async () => {
  await add(1, LONG_OPS);
  await startWorker();
  await add(JOBS);
  expect(await ask('clear')).toBe('3,000 job(s) removed; 1 in hand are left to the worker');
  expect(await queue.getJobCounts('waiting', 'active', 'failed')).toEqual({ waiting: 0, active: 1, failed: 0 });
});

it('tells when jobs went on that a killed worker held', async () => {
  await add(1, LONG_OPS);
  const worker = await startWorker();
  const held = await ask('held');
  expect(held).toMatch(/^\d+=1$/);
  await worker.stop('SIGKILL');
  const killedAt = new Date().toISOString();
  await worker.restart();
  expect(await ask('again', killedAt, held)).toMatch(/^1 job\(s\) in hand; 1 went on again after \d+\.\d\d s$/);
  expect(await ask('again', killedAt)).toBe('no job was in hand');
});
