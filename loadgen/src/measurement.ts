/** Measure -> drain -> the result: what a bench does once, and a comparison in every cell. */
import type { Calibrated } from './calibrate.ts';
import { drainQueue } from './drain.ts';
import { newsSince } from './events.ts';
import { Failure } from './failure.ts';
import { handicaps, machine, plan, versions } from './machine.ts';
import { failIfWrong, measure, paced, type Run } from './phases.ts';
import type { Bystander } from './probe.ts';
import type { News } from './progress.ts';
import { startSampler } from './resources.ts';
import { Result } from './result.ts';
import { settle } from './settle.ts';
import type { Verified } from './verify.ts';

/** Of its one event loop: beyond this the generator, not the service, may be what is slow. */
const SATURATED = 0.9;

/** What was found out about the service before it was put under load. */
export interface Prepared {
  readonly verified: Verified;
  readonly kernel: Calibrated;
  readonly quiet: Bystander;
  readonly capacityPerS: number;
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
export async function takeMeasurement(run: Run, { id, startedAt, prepared, phase, news, ...given }: Measuring) {
  const { config, backlog, signal } = run;
  const { verified, kernel, quiet, capacityPerS, scrapeCpuMs } = prepared;
  const notes = [...given.notes];
  const sampler = await startSampler(config.SERVICES, backlog && (() => backlog.serverInfo()));
  const measured = await phase('measure', describeLoad(run), () => measure(run));
  const loadEndedAt = Date.now();
  const resources = await sampler.stop();
  signal.throwIfAborted();
  const { ledger, seconds, skipped, bystander, utilization } = measured;
  const cores = plan(config);
  const unit = { ...kernel, serviceCores: cores.serviceCores, capacityPerS };
  const queue = await phase('drain', 'what was promised and not done', async () => {
    if (backlog) return drainQueue(run, measured, loadEndedAt, unit, news);
    notes.push(...[await settle(config.SERVICES[0]?.url, signal)].filter((note) => note !== undefined));
    return null;
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
  const silent = config.SERVICES.filter(({ name }) => !resources[name]);
  notes.push(...silent.map(({ name }) => `${name} did not tell what it used`));
  notes.push(...died(resources), ...newsSince(startedAt, config.RUN_EVENTS));
  return Result.parse({
    schema: 1,
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
      rate: config.RATE || null,
      ops: config.OPS,
      chunks: config.CHUNKS,
      seed: config.SEED,
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
    efficiency: (completed * config.OPS) / kernel.opsPerSecondPerCore / (cores.serviceCores * seconds),
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
