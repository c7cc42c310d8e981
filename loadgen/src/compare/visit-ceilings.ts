/** The visit in which no mode runs: what this machine can do at best, measured and written down in one piece. */

import { redisOf } from '../bench/config.ts';
import { measureCeilings } from '../ceilings/ceilings.ts';
import { Failure } from '../failure.ts';
import { number } from '../format.ts';
import { untilReady } from '../load/target.ts';
import { listRepeats } from './again.ts';
import type { CompareConfig } from './config.ts';
import type { Visit } from './grid.ts';
import { Journal } from './journal.ts';
import { leftOf } from './left.ts';
import { CAPACITY_CONNECTIONS, CAPACITY_WARMUP_S } from './visit.ts';

/** For each worker: about half of them are left when the last one is added, which is a third of a second's work and more. */
const JOBS = 5_000;

export async function visitCeilings(
  config: CompareConfig,
  folder: string,
  { repetition }: Visit,
  signal: AbortSignal,
): Promise<void> {
  const journal = Journal.read(folder);
  const { grid, repetitions } = journal.begun.settings;
  const { GATEWAY_URL, READY_LIMIT, STARTUP_MS } = config;
  const redis = redisOf(config);
  if (!redis) throw new Failure('REDIS_URL: needed for the ceilings of a queue');
  const startedAt = performance.now();
  await untilReady(GATEWAY_URL, READY_LIMIT, signal);
  const ceilings = await measureCeilings({
    url: GATEWAY_URL,
    redis,
    loadS: grid.quietS,
    warmupS: CAPACITY_WARMUP_S,
    connections: CAPACITY_CONNECTIONS,
    adding: Math.max(...grid.sizes.flatMap(({ connections }) => connections), CAPACITY_CONNECTIONS),
    jobs: JOBS,
    signal,
  });
  signal.throwIfAborted();
  const tookS = (performance.now() - startedAt + (STARTUP_MS ?? 0)) / 1000;
  journal.add({ kind: 'ceilings', repetition, tookS, ceilings });
  listRepeats(journal);
  const what = `node:http ${number(ceilings.httpPerS)}/s, Express + Queue.add ${number(ceilings.acceptedPerS)}/s`;
  console.log(`  ceilings ${repetition}/${repetitions}: ${what}; ${leftOf(journal)}`);
}
