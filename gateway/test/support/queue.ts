/** A queue as in life: a real Redis, a real worker, a gateway; and what tests do with jobs. */
import { afterAll, beforeAll, expect } from 'vitest';
import { JobDocument } from '../../src/contract.ts';
import { askAgain } from './ask-again.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { type Neighbour, startRedis, startRust } from './processes.ts';
import { waitFor } from './wait.ts';

export interface QueueWorld {
  redis: Neighbour;
  worker: Neighbour;
  gateway: TestGateway;
}

/** Started before the tests of the file that calls this, ended after them. */
export function queueWorld(): QueueWorld {
  const world = {} as QueueWorld;
  beforeAll(async () => {
    world.redis = await startRedis();
    world.worker = await startRust('rust-worker', { REDIS_URL: world.redis.url });
    world.gateway = await startTestGateway('queue', { REDIS_URL: world.redis.url });
    await untilReady(world.gateway);
  });
  afterAll(async () => {
    await world.gateway?.stop();
    await world.worker?.stop();
    await world.redis?.stop();
  });
  return world;
}

export async function untilReady({ url }: TestGateway): Promise<void> {
  await waitFor('ready', async () => (await fetch(`${url}/readyz`)).ok);
}

/** Hands a task in and returns the job that it became. */
export async function submit({ url }: TestGateway, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}/blocking?${query}`, { headers });
  expect(response.status).toBe(202);
  const job = JobDocument.parse(await response.json());
  expect(response.headers.get('location')).toBe(job.links.self);
  return job;
}

/**
 * The answer to a task whose end is heard of: within a second, which is sooner than the look that comes instead. What a
 * starved machine answers for a moment, 202 or 503, is asked anew, at most `again` times.
 */
export async function heardOf({ url }: TestGateway, query: string, again = 5): Promise<unknown> {
  const answers: string[] = [];
  while (answers.length <= again) {
    const response = await fetch(`${url}/blocking?${query}`, { headers: { prefer: 'wait=1' } });
    if (response.status === 200) return response.json();
    answers.push(`${response.status} ${await response.text()}`);
    expect([202, 503], answers.join('\n')).toContain(response.status);
  }
  throw new Error(`never heard of:\n${answers.join('\n')}`);
}

/** Waits for a job's end. */
export async function finished({ url }: TestGateway, id: string): Promise<JobDocument> {
  let job: JobDocument | undefined;
  await waitFor(`job ${id} ends`, async () => {
    job = JobDocument.parse(await askAgain(`${url}/jobs/${id}`));
    return job.state === 'completed' || job.state === 'failed';
  });
  return job as JobDocument;
}
