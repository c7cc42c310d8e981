/** After the load: what was promised, what was kept, what is cleared away. */
import type { Backlog } from '../account/backlog.ts';
import type { Ended, Intake } from '../account/intake.ts';
import { Latency } from '../load/latency.ts';
import type { News } from '../progress.ts';
import { clear, type Measured, type Run } from './phases.ts';
import type { Result } from './result.ts';

/** A shorter drain says more about its edges than about the worker. */
export const LEAST_DRAIN_S = 1;

type QueueResult = NonNullable<Result['queue']>;

interface Unit {
  readonly capacityPerS: number;
  /** Seconds of a core that a task's arithmetic takes. */
  readonly taskCpuS: () => Promise<number>;
  readonly serviceCores: number;
}

/** Waits for the backlog, accounts for every accepted job, checks the results, and removes what this run put there. */
export async function drainQueue(
  run: Run,
  measured: Measured & { intake: Intake },
  loadEndedAt: number,
  { taskCpuS, serviceCores, capacityPerS }: Unit,
  news: News,
): Promise<QueueResult> {
  const { backlog, config, signal } = run;
  if (!backlog) throw new Error('a queue without Redis');
  const { ledger, seconds, intake } = measured;
  const backlogAtEnd = await backlog.size();
  const { seconds: drainS, left } = await backlog.drain(config.DRAIN_LIMIT, signal, (n) =>
    news.update(`${n} jobs left, for at most ${config.DRAIN_LIMIT} s`),
  );
  const drainEndedAt = Date.now();
  // The worker goes on while jobs are looked up: what it ends by then was left when the drain ended.
  const endedAt = left > 0 ? drainEndedAt : Infinity;
  const { completed, failed, open, unknown } = await tally(backlog, ledger.jobs, intake, endedAt);

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
    ...(intake.incomplete ? { missing: 0, unread: unknown } : { missing: unknown, unread: 0 }),
    backlogAtEnd,
    drainS,
    drainPerS,
    drainEfficiency: drainS >= LEAST_DRAIN_S ? (drainPerS * (await taskCpuS())) / serviceCores : null,
    projectedDrainS: left === 0 ? 0 : drainPerS > 0 ? left / drainPerS : null,
    discarded: open.length,
    endToEndMs: endToEnd.summary(),
    acceptCostUs: acceptedPerS > 0 && config.RATE === 0 ? 1e6 / acceptedPerS - 1e6 / capacityPerS : null,
  };
}

interface Tally {
  /** Completed jobs, in no order. */
  readonly completed: Ended[];
  /** Ids of jobs that were neither completed nor failed at the end. */
  readonly open: string[];
  failed: number;
  /** Accepted jobs that Redis does not know. */
  unknown: number;
}

/** Says of every accepted job what it was at `endMs` (since the epoch); what was not taken in yet is looked up. */
export async function tally(
  backlog: Backlog,
  jobs: ReadonlySet<string>,
  intake: Intake,
  endMs: number,
): Promise<Tally> {
  await intake.stop();
  const tally: Tally = { completed: [], open: [], failed: 0, unknown: 0 };
  const rest = [...jobs].filter((id) => !intake.ended.has(id));
  for await (const job of backlog.lookUp(rest)) {
    if (!job.data) tally.unknown++;
    else if (job.finishedAt === undefined) tally.open.push(job.id);
    else intake.file(job);
  }
  for (const [id, ended] of intake.ended) {
    if (ended.finishedAt > endMs) tally.open.push(id);
    else if (ended.completed) tally.completed.push(ended);
    else tally.failed++;
  }
  return tally;
}
