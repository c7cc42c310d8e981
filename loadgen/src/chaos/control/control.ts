/** Kills the control's worker under load and holds it to the same ledger: a checker that sees no loss here proves nothing. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { workload } from '@heavy-lifter/workloads';
import { Redis } from 'ioredis';
import { redisOf } from '../../bench/config.ts';
import { Failure } from '../../failure.ts';
import { pace } from '../../load/pacer.ts';
import type { ChaosConfig } from '../config.ts';
import { ChaosLedger, type Counts, type Entry } from '../ledger.ts';
import { broken } from '../verdict.ts';
import { ITEMS, RESULTS } from './names.ts';

/** 20 ms of work, 20 times a second: a worker that is busy nearly half of the time. */
const TASK = workload.taskOf(workload.usualRate / 50);
const RATE = 20;
const BETWEEN_KILLS_MS = 2_000;
const BUSY_LIMIT_MS = 10_000;
const DRAIN_LIMIT_MS = 30_000;
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const workerFile = fileURLToPath(new URL(`./worker${extension}`, import.meta.url));

type Settings = Pick<ChaosConfig, 'REDIS_URL' | 'REDIS_CA_FILE' | 'ROUNDS'>;

/**
 * Resolves to the accounts after `ROUNDS` kills and a full drain. Throws a `Failure` unless the checker does its work. Its
 * worker reads where Redis is from this process's environment.
 */
export async function chaosControl(config: Settings, signal: AbortSignal): Promise<Counts> {
  const address = redisOf(config);
  if (!address) throw new Failure('REDIS_URL: the control needs a Redis');
  const redis = new Redis({ ...address, maxRetriesPerRequest: 3 });
  redis.on('error', () => {});
  const ledger = new ChaosLedger(TASK, 'control');
  const entries: Entry[] = [];
  let worker = start();
  try {
    await redis.del(ITEMS, RESULTS);
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    const load = pace({
      rate: RATE,
      durationS: 86_400,
      maxInFlight: 100,
      signal: until,
      async send() {
        const entry = ledger.next();
        entries.push(entry);
        const item = JSON.stringify({ id: entry.key, task: entry.task });
        // The reply is the promise: the item is in Redis, which keeps it.
        await redis.lpush(ITEMS, item);
        ledger.acknowledged(entry, entry.key);
        return true;
      },
    });
    let gone = 0;
    for (let n = 0; n < config.ROUNDS; n++) {
      await sleep(BETWEEN_KILLS_MS, undefined, { signal });
      await untilBusy(redis, ledger, gone);
      await kill(worker);
      gone = await missing(redis, ledger);
      worker = start();
    }
    await sleep(BETWEEN_KILLS_MS, undefined, { signal });
    over.abort();
    await load;
    await untilDrained(redis);
    await file(redis, ledger, entries);
    return judged(ledger);
  } finally {
    await kill(worker);
    await redis.del(ITEMS, RESULTS).catch(() => {});
    redis.disconnect();
  }
}

/** With the same settings. */
function start(): ChildProcess {
  const { env } = process;
  return spawn(process.execPath, [...process.execArgv, workerFile], { env, stdio: 'inherit' });
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exited = once(worker, 'exit');
  worker.kill('SIGKILL');
  await exited;
}

/** Items that neither wait nor are done: in hand, or gone. */
async function missing(redis: Redis, ledger: ChaosLedger): Promise<number> {
  const pushed = ledger.counts.acknowledged;
  const [waiting, done] = await Promise.all([redis.llen(ITEMS), redis.hlen(RESULTS)]);
  return Math.max(0, pushed - waiting - done);
}

/** Until the worker has an item in hand, besides those that are gone. */
async function untilBusy(redis: Redis, ledger: ChaosLedger, gone: number): Promise<void> {
  for (const deadline = Date.now() + BUSY_LIMIT_MS; (await missing(redis, ledger)) <= gone; await sleep(2))
    if (Date.now() > deadline) throw new Failure('the control is never busy');
}

async function untilDrained(redis: Redis): Promise<void> {
  for (const deadline = Date.now() + DRAIN_LIMIT_MS; (await redis.llen(ITEMS)) > 0; await sleep(50))
    if (Date.now() > deadline) throw new Failure('the control does not drain');
  // The last one that was taken, with room for a slow machine.
  await sleep(3_000);
}

/** In the words of the queue proper: an item that has no result by now is a job that does not exist. */
async function file(redis: Redis, ledger: ChaosLedger, entries: readonly Entry[]): Promise<void> {
  for (const { key: id, task } of entries) {
    const stored = await redis.hget(RESULTS, id);
    const result = stored ? { ...JSON.parse(stored), kernel: 'js', timings: { queuedMs: 0, computeMs: 0 } } : undefined;
    const data = result && { v: 1 as const, ...task, requestId: id };
    ledger.found({
      id,
      data,
      result,
      failure: undefined,
      startedAt: undefined,
      createdAt: 0,
      finishedAt: result ? 0 : undefined,
      starts: 1,
    });
  }
}

/** What it loses must be all that the verdict finds: a checker that calls everything lost would prove nothing, either. */
function judged(ledger: ChaosLedger): Counts {
  const { counts } = ledger;
  const verdict = broken({ target: 'rust-worker', fault: 'KILL' }, true, RATE, [], counts, ledger.violations());
  if (counts.lost === 0) throw new Failure('the checker saw no loss where there must be some: it proves nothing');
  if (verdict.length > 1 || counts.completed < counts.lost)
    throw new Failure(`the checker sees more than the loss: ${verdict.join('; ')}; ${counts.completed} completed`);
  return counts;
}
