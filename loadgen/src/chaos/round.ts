/** One fault under the steady load: before, at, and until all is well again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startProbe } from '../probe.ts';
import type { Cell } from './cells.ts';
import { inflict } from './faults.ts';
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

export async function round(world: World, cell: Cell, takeInHand: () => Promise<InHand>): Promise<Round> {
  world.forget();
  await sleep(STEADY_MS);
  const steadyPerS = (successes(world).length / STEADY_MS) * 1000;
  const steadyBacklog = (world.waiting ?? 0) + BACKLOG_SLACK;
  const before = await world.engine.run(cell.service);
  const probe = await startProbe(world.config.GATEWAY_URL, (ms) => world.telemetry.bystander(ms));
  const inHand = await takeInHand();

  world.telemetry.fault(cell, true);
  const faultAt = performance.now();
  const over = inflict(world, cell);
  const marks = await watch(world, cell, { faultAt, before: before?.id, inHand, steadyPerS, steadyBacklog, over });
  await over;
  world.telemetry.fault(cell, false);
  const { latencyMs, failed } = await probe.stop();

  const since = (at: number | undefined) => (at === undefined ? null : Math.max(0, at - faultAt));
  const errorAt = firstErrorAt(world.seen, faultAt);
  return {
    steadyPerS,
    recovered: marks.recovered,
    ms: {
      firstError: since(errorAt),
      running: since(marks.runningAt),
      ready: since(marks.readyAt),
      firstSuccess: errorAt === undefined ? null : since(firstSuccessAt(world.seen, errorAt)),
      throughput: since(throughputBackAt(successes(world), errorAt ?? faultAt, steadyPerS)),
      backlog: since(marks.backlogAt),
      jobStartedAgain: since(marks.jobStartedAgainAt),
    },
    bystander: { ...latencyMs, failed },
    inHand: await inHand.result(),
  };
}

/** When the work that callers wait for was done: completions of jobs, or answers. */
function successes(world: World): number[] {
  if (world.backlog) return world.completions;
  return world.seen
    .filter(served)
    .map(({ endedAt }) => endedAt)
    .sort((a, b) => a - b);
}

interface Before {
  readonly faultAt: number;
  /** The run that the fault meets. */
  readonly before: string | undefined;
  readonly inHand: InHand;
  readonly steadyPerS: number;
  readonly steadyBacklog: number;
  /** Resolves when the fault itself is over. */
  readonly over: Promise<void>;
}

interface Marks {
  runningAt?: number;
  readyAt?: number;
  backlogAt?: number;
  jobStartedAgainAt?: number | undefined;
  recovered: boolean;
}

async function watch(world: World, { service, fault }: Cell, context: Before): Promise<Marks> {
  const { faultAt, before, inHand, steadyPerS, steadyBacklog } = context;
  const ends = fault === 'TERM' || fault === 'KILL' || fault === 'OOM';
  const marks: Marks = { recovered: false };
  let faultOver = false;
  context.over.finally(() => {
    faultOver = true;
  });
  while (performance.now() - faultAt < RECOVERY_LIMIT_MS) {
    await sleep(POLL_MS);
    const run = await world.engine.run(service);
    if (!marks.runningAt && run && (!ends || run.id !== before)) marks.runningAt = performance.now();
    if (marks.runningAt && !marks.readyAt && (await isReady(world, service))) marks.readyAt = performance.now();
    marks.jobStartedAgainAt ??= await inHand.startedAgainAt();
    if (!marks.readyAt || !faultOver) continue;
    const backlogged = world.backlog && (world.waiting ?? Number.POSITIVE_INFINITY) > steadyBacklog;
    if (!backlogged) marks.backlogAt ??= performance.now();
    const errorAt = firstErrorAt(world.seen, faultAt) ?? faultAt;
    const flows = throughputBackAt(successes(world), Math.max(errorAt, marks.readyAt), steadyPerS) !== undefined;
    if (!backlogged && flows && (await inHand.isOver())) return { ...marks, recovered: true };
  }
  return marks;
}
