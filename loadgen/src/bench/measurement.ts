/** Measure -> drain -> the result: what a bench does once, and a comparison in every cell. */

import { Intake } from '../account/intake.ts';
import { Ledger } from '../account/ledger.ts';
import { settle } from '../account/settle.ts';
import { Failure } from '../failure.ts';
import type { Bystander } from '../load/probe.ts';
import type { News } from '../progress.ts';
import { newsSince } from '../watch/events.ts';
import { type MachineWatch, watchMachine } from '../watch/machine-time.ts';
import { type Sampler, startSampler } from '../watch/resources.ts';
import type { Ceiling } from './before.ts';
import type { Calibrated } from './calibrate.ts';
import { computeCpuOf, costOf } from './cost.ts';
import { disturbanceOf } from './disturbance.ts';
import { drainQueue } from './drain.ts';
import { cpusIn, handicaps, machine, plan, versions } from './machine.ts';
import { failIfWrong, measure, paced, type Run, task } from './phases.ts';
import { Result } from './result.ts';
import type { Verified } from './verify.ts';

/** Of its one event loop: beyond this the generator, not the service, may be what is slow. */
const SATURATED = 0.9;

/** What was found out about the service before it was put under load. */
export interface Prepared extends Ceiling {
  readonly verified: Verified;
  readonly kernel: Calibrated;
  readonly quiet: Bystander;
  readonly bystanderUs: number | null;
  /** By service; see scrapes.ts. */
  readonly scrapeCpuMs: Record<string, number>;
}

export interface Measuring {
  readonly id: string;
  readonly startedAt: Date;
  readonly prepared: Prepared;
  /** Whatever was already worth telling. */
  readonly notes: readonly string[];
  readonly phase: <T>(name: string, about: string, work: () => Promise<T>) => Promise<T>;
  readonly news: News;
}

/** Puts the load on and accounts for it. Throws a `Failure` when there is nothing valid to report. */
export async function takeMeasurement(run: Run, measuring: Measuring): Promise<Result> {
  const ledger = Ledger.of(task(run.config));
  const { config, backlog } = run;
  const intake = backlog && new Intake(backlog, ledger);
  const sampler = await startSampler(config.SERVICES, backlog && (() => backlog.serverInfo()));
  const watch = watchMachine(cpusIn(config.SERVICE_CPUS));
  try {
    return await accountFor(run, measuring, { ledger, intake, sampler, watch });
  } finally {
    watch.stop();
    sampler.stop();
    await intake?.stop();
  }
}

interface Books {
  readonly ledger: Ledger;
  readonly intake: Intake | undefined;
  readonly sampler: Sampler;
  readonly watch: MachineWatch;
}

async function accountFor(run: Run, measuring: Measuring, { ledger, intake, sampler, watch }: Books) {
  const { id, startedAt, prepared, phase, news, ...given } = measuring;
  const { config, signal } = run;
  const { verified, kernel, quiet, capacityPerS, nonBlockingUs, bystanderUs, scrapeCpuMs } = prepared;
  const notes = [...given.notes];
  const measured = await phase('measure', describeLoad(run), () => measure(run, ledger));
  const loadEndedAt = Date.now();
  const resources = await sampler.soFar();
  const machineTime = watch.soFar();
  signal.throwIfAborted();
  const { seconds, skipped, bystander, utilization } = measured;
  const cores = plan(config);
  const calibratedS = config.OPS / kernel.sizePerSecondPerCore;
  const taskCpuS = async () => computeCpuOf(await sampler.soFar(), config.OPS) ?? calibratedS;
  const unit = { taskCpuS, serviceCores: cores.serviceCores, capacityPerS };
  const queue = await phase('drain', 'what was promised and not done', async () => {
    if (intake) return drainQueue(run, { ...measured, intake }, loadEndedAt, unit, news);
    notes.push(...[await settle(config.SERVICES[0]?.url, signal)].filter((note) => note !== undefined));
    return null;
  });
  const { ok, accepted } = ledger.counts;
  const inAll = await sampler.soFar();
  const cost = costOf({
    ops: config.OPS,
    during: resources,
    inAll,
    ok,
    accepted,
    kept: queue?.completed ?? 0,
    nonBlockingUs,
    bystanderUs,
    bystanders: bystander.latencyMs.count,
  });
  failIfWrong(ledger);
  if (!ledger.addsUp) throw new Failure(`the counts do not add up: ${JSON.stringify(ledger.counts)}`);
  const acceptedPerS = ledger.counts.accepted / seconds;
  const atPace =
    queue && config.PACED > 0 && acceptedPerS > 0
      ? await phase('paced', 'the bystander at 70 % of that', () => paced(run, acceptedPerS))
      : null;

  // A queue answers with the result itself only where it was asked to wait.
  const completed = ledger.counts.ok + (queue?.completedDuring ?? 0);
  const saturated = utilization > SATURATED;
  const why = handicaps(cores, saturated);
  if (skipped > 0) notes.push(`${skipped} requests were due and not sent: too many had no answer`);
  if (queue && queue.missing > 0) notes.push(`${queue.missing} accepted jobs are not in Redis any more`);
  if (queue && queue.unread > 0) notes.push(`${queue.unread} jobs were forgotten by Redis before they could be read`);
  const silent = config.SERVICES.filter(({ name }) => !resources[name]);
  notes.push(...silent.map(({ name }) => `${name} did not tell what it used`));
  notes.push(...died(resources), ...newsSince(startedAt, config.RUN_EVENTS));
  return Result.parse({
    schema: 3,
    id,
    startedAt: startedAt.toISOString(),
    mode: config.MODE,
    runtime: config.RUNTIME,
    comparable: why.length === 0,
    notes: [...why, ...notes],
    machine: machine(),
    plan: cores,
    versions: { ...versions(config), ...(await redisVersion(run)) },
    kernel,
    request: {
      connections: config.CONNECTIONS,
      durationS: config.DURATION,
      warmupS: config.WARMUP,
      timeoutS: config.TIMEOUT ?? null,
      rate: config.RATE || null,
      ...task(config),
    },
    verify: { vectors: verified.vectors, answers: ledger.counts.ok + (queue?.completed ?? 0) },
    counts: ledger.counts,
    reasons: Object.fromEntries(ledger.reasons),
    latencyMs: measured.latencyMs,
    throughput: { answeredPerS: measured.served / seconds, completedPerS: completed / seconds },
    bystander: {
      idle: { ...quiet.latencyMs, failed: quiet.failed },
      loaded: { ...bystander.latencyMs, failed: bystander.failed },
      capacityPerS,
      paced: atPace,
    },
    queue,
    resources,
    scrapeCpuMs,
    cost,
    disturbance: disturbanceOf(machineTime, resources, cores),
    efficiency: (completed * (cost.computeCpuS ?? calibratedS)) / (cores.serviceCores * seconds),
    generator: { utilization, saturated, skipped },
  } satisfies Result);
}

function describeLoad({ config: { CONNECTIONS, DURATION, RATE, OPS, CHUNKS } }: Run): string {
  const load = RATE > 0 ? `${RATE} requests a second` : `${CONNECTIONS} connections`;
  return `${load} for ${DURATION} s, ${OPS.toLocaleString('en')} ops in ${CHUNKS} chunks each`;
}

function died(resources: Result['resources']): string[] {
  return Object.entries(resources)
    .filter(([, { restarts }]) => restarts > 0)
    .map(([name, { restarts }]) => `${name} died and came back ${restarts} time(s) under the load`);
}

async function redisVersion({ backlog }: Run): Promise<Record<string, string>> {
  const version = /^redis_version:(\S+)/m.exec((await backlog?.serverInfo()) ?? '')?.[1];
  return version ? { redis: version } : {};
}
