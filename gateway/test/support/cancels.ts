/** What tests of cancelled jobs ask: the books of Redis and of the worker, which must agree with the document. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { JobDocument } from '../../src/contract.ts';
import { askAgain } from './ask-again.ts';
import type { TestGateway } from './gateway.ts';
import { metric } from './metrics.ts';
import { type QueueWorld, submit } from './queue.ts';
import { waitFor } from './wait.ts';

export async function cancel({ url }: TestGateway, id: string): Promise<JobDocument> {
  const response = await fetch(`${url}/jobs/${id}`, { method: 'DELETE' });
  expect(response.status).toBe(200);
  const job = JobDocument.parse(await response.json());
  expect(job).toMatchObject({ id, state: 'failed', failure: { code: 'cancelled' } });
  expect(job.finishedAt).not.toBeNull();
  expect(job.result).toBeUndefined();
  return job;
}

export async function documentOf({ url }: TestGateway, id: string): Promise<JobDocument> {
  return JobDocument.parse(await askAgain(`${url}/jobs/${id}`));
}

const STATES = ['waiting', 'active', 'delayed', 'completed', 'failed'] as const;
const OUTCOMES = ['completed', 'retried', 'stalled', 'failed'] as const;
/** What a worker has counted that has just started. */
export const NONE = { completed: 0, retried: 0, stalled: 0, failed: 0 };
/** Minutes of work: over within a test only if it is stopped. */
const LONG = 'ops=1000000000000';

/** Jobs by state, as the gateway's metrics say. */
export async function jobCounts({ gateway }: QueueWorld) {
  const counts = {} as Record<(typeof STATES)[number], number>;
  for (const state of STATES) counts[state] = await metric(gateway.adminUrl, 'bullmq_job_count', `state="${state}"`);
  return counts;
}

/** Attempts by outcome, as the worker's metrics say, which begin anew with the worker. */
export async function attempts({ worker }: QueueWorld) {
  const counts = {} as Record<(typeof OUTCOMES)[number], number>;
  for (const outcome of OUTCOMES)
    counts[outcome] = await metric(worker.adminUrl, 'job_attempts_total', `outcome="${outcome}"`);
  return counts;
}

/** What Redis itself and the worker say. What one test of the file leaves behind is no part of the next one's counts. */
export function booksOf(world: QueueWorld) {
  const connections = {} as { client: Redis; queue: Queue };
  beforeAll(() => {
    connections.client = new Redis(world.redis.url);
    connections.queue = new Queue('tasks', { connection: connections.client });
  });
  afterAll(async () => {
    await connections.queue?.close();
    connections.client?.disconnect();
  });
  afterEach(async () => {
    await waitFor('nothing waits or is computed', async () => {
      const { waiting = 0, active = 0 } = await connections.queue.getJobCounts('waiting', 'active');
      return waiting + active === 0;
    });
  });
  return {
    get client() {
      return connections.client;
    },
    get queue() {
      return connections.queue;
    },
    /** A job that the worker computes. */
    async underWay(): Promise<string> {
      const { id } = await submit(world.gateway, LONG);
      await waitFor('progress', async () => (await documentOf(world.gateway, id)).progress.done > 0);
      return id;
    },
    /** The worker counts a completion a moment after Redis has it. */
    async counted(expected: Awaited<ReturnType<typeof attempts>>): Promise<void> {
      await waitFor('it is counted', async () => (await attempts(world)).completed >= expected.completed);
      expect(await attempts(world)).toEqual(expected);
    },
    busy: () => metric(world.worker.adminUrl, 'compute_threads_busy'),
    /** Where BullMQ itself has a job. */
    timesFailed: async (id: string) => Number((await connections.client.zscore('bull:tasks:failed', id)) !== null),
    toBeTaken: () => connections.client.zcard('bull:tasks:cancelled'),
  };
}
