/**
 * Work that is under way when the fault comes, so that something is at stake: many requests at a service that answers
 * them, one long job at a worker.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { workload } from '@heavy-lifter/workloads';
import { Failure } from '../failure.ts';
import type { Cell } from './cells.ts';
import { served } from './recovery.ts';
import type { World } from './world.ts';

/** Requests in flight at a service that answers. */
const REQUESTS = 50;
/** Together about a second on one core, in each language. */
const REQUEST_SIZE = { js: workload.usualRate / 50, rust: workload.usualRate / 5 };
/** Seconds of one thread. */
const JOB_SIZE_PER_THREAD = workload.longSize;
const BEGIN_LIMIT_MS = 10_000;

export interface InHand {
  /** When the job that the fault met was started again, if that is so by now. */
  startedAgainAt(): Promise<number | undefined>;
  /** Whether all of it has ended. */
  isOver(): Promise<boolean>;
  /** How many requests were in flight, and how many of them were not served. */
  result(): Promise<{ requests: number; notServed: number }>;
}

/** Takes work in hand, before each fault of a cell; made before the load begins, as knowing the answers takes a while. */
export function handsFor(world: World, cell: Cell, keyPrefix: string): () => Promise<InHand> {
  if (cell.target === 'redis' || cell.fault === 'OVERLOAD') return async () => NOTHING;
  return cell.target === 'rust-worker' ? longJobs(world, keyPrefix) : manyRequests(world, keyPrefix);
}

const NOTHING: InHand = {
  startedAgainAt: async () => undefined,
  isOver: async () => true,
  result: async () => ({ requests: 0, notServed: 0 }),
};

function manyRequests(world: World, keyPrefix: string): () => Promise<InHand> {
  const { MODE } = world.config;
  const size = MODE === 'microservice' || MODE === 'queue' ? REQUEST_SIZE.rust : REQUEST_SIZE.js;
  const ledger = world.ledger(workload.taskOf(size), `${keyPrefix}-hand`);
  return async () => {
    // In queue mode these wait for their result, so that they are in flight, too.
    const asked = Array.from({ length: REQUESTS }, () =>
      world.client.ask(ledger, ledger.next(), { prefer: 'wait=20' }),
    );
    let left = REQUESTS;
    for (const one of asked) void one.finally(() => left--);
    // A moment on the wire: what the gateway has not read yet it has not accepted.
    await sleep(100);
    return {
      ...NOTHING,
      isOver: async () => left === 0,
      async result() {
        const seen = await Promise.all(asked);
        return { requests: REQUESTS, notServed: seen.filter((one) => !served(one)).length };
      },
    };
  };
}

function longJobs(world: World, keyPrefix: string): () => Promise<InHand> {
  const threads = world.config.THREADS ?? 1;
  const task = workload.taskOf(JOB_SIZE_PER_THREAD * threads, Math.min(workload.maxChunks, 8 * threads), 1);
  const ledger = world.ledger(task, `${keyPrefix}-hand`);
  return async () => {
    const entry = ledger.next();
    await world.client.ask(ledger, entry);
    const look = async () => {
      for await (const job of world.backlog?.lookUp(entry.jobId ? [entry.jobId] : []) ?? []) return job;
      return undefined;
    };
    const deadline = performance.now() + BEGIN_LIMIT_MS;
    while (!(await look())?.starts && performance.now() < deadline) await sleep(20);
    const starts = (await look())?.starts ?? 0;
    if (starts === 0) throw new Failure('the worker does not begin its long job: nothing is at stake');
    return {
      ...NOTHING,
      async startedAgainAt() {
        const job = await look().catch(() => undefined);
        return job && job.starts > starts ? performance.now() : undefined;
      },
      isOver: async () => (await look().catch(() => undefined))?.finishedAt !== undefined,
    };
  };
}
