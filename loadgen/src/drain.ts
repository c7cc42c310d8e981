/** After the load: what was promised, what was kept, what is cleared away. */
import type { Backlog } from './backlog.ts';
import { Latency } from './latency.ts';
import type { Ledger } from './ledger.ts';
import { clear, type Measured, type Run } from './phases.ts';
import type { News } from './progress.ts';
import type { Result } from './result.ts';

/** A shorter drain says more about its edges than about the worker. */
export const LEAST_DRAIN_S = 1;

type QueueResult = NonNullable<Result['queue']>;

interface Unit {
  readonly opsPerSecondPerCore: number;
  readonly serviceCores: number;
  readonly capacityPerS: number;
}

/** Waits for the backlog, looks up every accepted job, checks the results, and removes what this run put there. */
export async function drainQueue(
  run: Run,
  measured: Measured,
  loadEndedAt: number,
  { opsPerSecondPerCore, serviceCores, capacityPerS }: Unit,
  news: News,
): Promise<QueueResult> {
  const { backlog, config, signal } = run;
  if (!backlog) throw new Error('a queue without Redis');
  const { ledger, seconds } = measured;
  const backlogAtEnd = await backlog.size();
  const { seconds: drainS, left } = await backlog.drain(config.DRAIN_LIMIT, signal, (n) =>
    news.update(`${n} jobs left, for at most ${config.DRAIN_LIMIT} s`),
  );
  const drainEndedAt = Date.now();
  // The worker goes on while jobs are looked up: what it ends by then was left when the drain ended.
  const { completed, failed, open, missing } = await tally(backlog, ledger, left > 0 ? drainEndedAt : Infinity);

  const endToEnd = new Latency();
  for (const { createdAt, finishedAt } of completed) endToEnd.record(finishedAt - createdAt);
  const drained = completed.filter(({ finishedAt }) => finishedAt > loadEndedAt).length;
  const drainPerS = drainS > 0 ? drained / drainS : 0;
  if (left > 0) {
    const time =
      drainPerS > 0 ? `about ${Math.round(left / drainPerS)} s more at ${Math.round(drainPerS)}/s` : 'for ever';
    news.note(`${left} jobs are left after ${config.DRAIN_LIMIT} s and would take ${time}: clearing them`);
  }
  if (left > 0) await clear(run, open);

  const acceptedPerS = ledger.counts.accepted / seconds;
  return {
    accepted: ledger.counts.accepted,
    completedDuring: completed.filter(({ finishedAt }) => finishedAt <= loadEndedAt).length,
    completed: completed.length,
    failed,
    missing,
    backlogAtEnd,
    drainS,
    drainPerS,
    drainEfficiency:
      drainS >= LEAST_DRAIN_S ? (drained * config.OPS) / opsPerSecondPerCore / (serviceCores * drainS) : null,
    projectedDrainS: left === 0 ? 0 : drainPerS > 0 ? left / drainPerS : null,
    discarded: open.length,
    endToEndMs: endToEnd.summary(),
    acceptCostUs: acceptedPerS > 0 && config.RATE === 0 ? 1e6 / acceptedPerS - 1e6 / capacityPerS : null,
  };
}

interface Tally {
  /** Completed jobs, in no order, milliseconds since the epoch. */
  readonly completed: { createdAt: number; finishedAt: number }[];
  /** Ids of jobs that were neither completed nor failed at the end. */
  readonly open: string[];
  failed: number;
  /** Accepted jobs that Redis does not know. */
  missing: number;
}

/** Looks up every job, says what it was at `endMs` (since the epoch), and checks each result against the ledger. */
async function tally(backlog: Backlog, ledger: Ledger, endMs: number): Promise<Tally> {
  const tally: Tally = { completed: [], open: [], failed: 0, missing: 0 };
  for await (const { id, data, result, createdAt, finishedAt } of backlog.lookUp(ledger.jobs)) {
    if (!data) tally.missing++;
    else {
      if (result) ledger.check(data.seed, result);
      if (finishedAt === undefined || finishedAt > endMs) tally.open.push(id);
      else if (result) tally.completed.push({ createdAt, finishedAt });
      else tally.failed++;
    }
  }
  return tally;
}
