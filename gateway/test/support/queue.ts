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

/** Waits for a job's end. */
export async function finished({ url }: TestGateway, id: string): Promise<JobDocument> {
  let job: JobDocument | undefined;
  await waitFor(`job ${id} ends`, async () => {
    job = JobDocument.parse(await askAgain(`${url}/jobs/${id}`));
    return job.state === 'completed' || job.state === 'failed';
  });
  return job as JobDocument;
}
