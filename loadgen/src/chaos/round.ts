/** One fault under the steady load: before, at, and until all is well again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startProbe } from '../load/probe.ts';
import type { Cell } from './cells.ts';
import type { Inflict } from './faults.ts';
import type { InHand } from './in-hand.ts';
import { isReady } from './ready.ts';
import { firstErrorAt, firstSuccessAt, served, throughputBackAt } from './recovery.ts';
import type { Round } from './result.ts';
import type { World } from './world.ts';

/** How long the steady state is watched before the fault. */
const STEADY_MS = 2_000;
const POLL_MS = 20;
const RECOVERY_LIMIT_MS = 60_000;
/** Jobs that may be under way at any moment of the steady state. */
const BACKLOG_SLACK = 2;

export async function round(
  world: World,
  cell: Cell,
  inflict: Inflict,
  takeInHand: () => Promise<InHand>,
  signal: AbortSignal,
): Promise<Round> {
  world.forget();
  await sleep(STEADY_MS, undefined, { signal });
  // More than is asked for is what the fault before left behind, which no recovery could reach again.
  const steadyPerS = Math.min(world.rate, (successes(world, cell).length / STEADY_MS) * 1000);
  const steadyBacklog = (world.waiting ?? 0) + BACKLOG_SLACK;
  const before = await world.engine.run(cell.service);
  const probe = await startProbe(world.config.GATEWAY_URL, (ms) => world.telemetry.bystander(ms));
  const inHand = await takeInHand();

  world.telemetry.fault(cell, true);
  const faultAt = performance.now();
  const over = inflict();
  const undo = () => world.telemetry.fault(cell, false);
  const context = { faultAt, before: before?.id, inHand, steadyPerS, steadyBacklog, over, signal };
  const marks = await watch(world, cell, context).finally(
    // However this ends, the fault is undone first.
    () => over.then(undo, undo),
  );
  const overload = await over;
  const { latencyMs, failed } = await probe.stop();

  const since = (at: number | undefined) => (at === undefined ? null : Math.max(0, at - faultAt));
  const errorAt = firstErrorAt(world.seen, faultAt);
  const flowsAgainAt = throughputBackAt(successes(world, cell), flowsFrom(errorAt, faultAt, marks), steadyPerS);
  return {
    steadyPerS,
    recovered: marks.recovered,
    ms: {
      faultOver: lasts(cell) ? since(marks.overAt) : null,
      firstError: since(errorAt),
      running: lasts(cell) ? null : since(marks.runningAt),
      ready: lasts(cell) ? null : since(marks.readyAt),
      firstSuccess: errorAt === undefined ? null : since(firstSuccessAt(world.seen, errorAt)),
      throughput: since(flowsAgainAt),
      backlog: since(marks.backlogAt),
      jobStartedAgain: since(marks.jobStartedAgainAt),
    },
    bystander: { ...latencyMs, failed },
    inHand: await inHand.result(),
    ...(overload ? { overload } : {}),
  };
}

/**
 * When the work that callers wait for was done: completions of jobs, or answers. Under OVERLOAD acceptances, because the
 * steady load's jobs cannot be told from the flood's.
 */
function successes(world: World, { fault }: Cell): number[] {
  if (world.backlog && fault !== 'OVERLOAD') return world.completions;
  return world.seen
    .filter(served)
    .map(({ endedAt }) => endedAt)
    .sort((a, b) => a - b);
}

/** Whether a fault goes on for a while; the others are over at once. */
const lasts = ({ fault }: Cell) => LASTING.has(fault);
const LASTING = new Set<Cell['fault']>(['PAUSE', 'SLOW_DISK', 'FULL_DISK', 'OVERLOAD']);

/** From where on a recovery counts: after the first error, and not before a fault that goes on is over. */
function flowsFrom(errorAt: number | undefined, faultAt: number, { overAt }: Marks): number {
  return Math.max(errorAt ?? faultAt, overAt ?? faultAt);
}

interface Before {
  readonly faultAt: number;
  /** The run that the fault meets. */
  readonly before: string | undefined;
  readonly inHand: InHand;
  readonly steadyPerS: number;
  readonly steadyBacklog: number;
  /** Resolves when the fault itself is over. */
  readonly over: Promise<unknown>;
  readonly signal: AbortSignal;
}

interface Marks {
  /** Only of a fault that goes on. */
  overAt?: number;
  runningAt?: number;
  readyAt?: number;
  backlogAt?: number;
  jobStartedAgainAt?: number | undefined;
  recovered: boolean;
}

async function watch(world: World, cell: Cell, context: Before): Promise<Marks> {
  const { faultAt, before, inHand, steadyPerS, steadyBacklog, signal } = context;
  const ends = !lasts(cell);
  const marks: Marks = { recovered: false };
  let over = false;
  const end = () => {
    over = true;
    if (lasts(cell)) marks.overAt = performance.now();
  };
  let failure: { error: unknown } | undefined;
  context.over.then(end, (error) => {
    failure = { error };
  });
  while (!over || performance.now() - (marks.overAt ?? faultAt) < RECOVERY_LIMIT_MS) {
    await sleep(POLL_MS, undefined, { signal });
    if (failure) throw failure.error;
    const run = await world.engine.run(cell.service);
    if (!marks.runningAt && run && (!ends || run.id !== before)) marks.runningAt = performance.now();
    if (marks.runningAt && !marks.readyAt && (await isReady(world, cell.service))) marks.readyAt = performance.now();
    marks.jobStartedAgainAt ??= await inHand.startedAgainAt();
    if (!marks.readyAt || !over) continue;
    const backlogged = world.backlog && (world.waiting ?? Number.POSITIVE_INFINITY) > steadyBacklog;
    // The last time counts: a backlog may take a while to begin.
    if (backlogged) delete marks.backlogAt;
    else if (world.backlog) marks.backlogAt ??= performance.now();
    const errorAt = firstErrorAt(world.seen, faultAt);
    const from = Math.max(flowsFrom(errorAt, faultAt, marks), marks.readyAt);
    const flows = throughputBackAt(successes(world, cell), from, steadyPerS) !== undefined;
    if (!backlogged && flows && (await inHand.isOver())) return { ...marks, recovered: true };
  }
  return marks;
}
