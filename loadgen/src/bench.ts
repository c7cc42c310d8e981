/** One run: verify -> calibrate -> idle -> warm up -> measure -> drain -> report. */
import { Backlog } from './backlog.ts';
import { calibrate } from './calibrate.ts';
import type { Config } from './config.ts';
import { drainQueue } from './drain.ts';
import { newsSince } from './events.ts';
import { Failure } from './failure.ts';
import { handicaps, machine, plan, versions } from './machine.ts';
import { capacity, failIfWrong, idle, measure, paced, type Run, warmUp } from './phases.ts';
import { Progress } from './progress.ts';
import { startSampler } from './resources.ts';
import { Result } from './result.ts';
import { scrapeCosts } from './scrapes.ts';
import { settle } from './settle.ts';
import { untilReady } from './target.ts';
import { Telemetry } from './telemetry.ts';
import { verify } from './verify.ts';

/** Of its one event loop: beyond this the generator, not the service, may be what is slow. */
const SATURATED = 0.9;

/** Measures the mode that `config` names. Throws a `Failure` when there is nothing valid to report. */
export async function bench(config: Config, signal: AbortSignal): Promise<Result> {
  const startedAt = new Date();
  const id = `${startedAt.toISOString().replace(/[-:]|\.\d+/g, '')}-${config.MODE}`;
  const progress = new Progress();
  const telemetry = new Telemetry(config.MODE, id);
  const backlog = config.REDIS_URL && config.MODE === 'queue' ? await Backlog.open(config.REDIS_URL) : undefined;
  const run: Run = {
    config,
    signal,
    backlog,
    ledgers: [],
    sharedQueue: false,
    onBystander: (ms) => telemetry.bystander(ms),
  };
  const notes: string[] = [];

  async function phase<T>(name: string, about: string, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    progress.phase(name, about);
    telemetry.phase(name);
    return work();
  }

  try {
    notes.push(
      ...[await telemetry.listen(config.METRICS_HOST, config.METRICS_PORT)].filter((note) => note !== undefined),
    );
    await untilReady(config.GATEWAY_URL, config.READY_LIMIT, signal);
    const verified = await phase('verify', 'every golden vector', () =>
      verify(config.GATEWAY_URL, config.MODE, signal),
    );
    const kernel = await phase('calibrate', 'one core on this path', () => calibrate(config.GATEWAY_URL, signal));
    const others = (await backlog?.size()) ?? 0;
    run.sharedQueue = others > 0;
    if (others > 0) notes.push(`${others} jobs of others were in the queue before this run`);
    const quiet = await phase('idle', 'the bystander alone', () => idle(run));
    const scrapeCpuMs = await phase('scrapes', 'what being watched costs', () => scrapeCosts(config.SERVICES));
    const capacityPerS = await phase('capacity', '/non-blocking alone', () => capacity(run));
    await phase('warm up', `${config.WARMUP} s, checked but not measured`, () => warmUp(run));

    const sampler = await startSampler(config.SERVICES, backlog && (() => backlog.serverInfo()));
    const measured = await phase('measure', describeLoad(config), () => measure(run));
    const loadEndedAt = Date.now();
    const resources = await sampler.stop();
    signal.throwIfAborted();
    const { ledger, seconds, skipped, bystander, utilization } = measured;
    const cores = plan(config);
    const unit = { ...kernel, serviceCores: cores.serviceCores, capacityPerS };
    const queue = await phase('drain', 'what was promised and not done', async () => {
      if (backlog) return drainQueue(run, measured, loadEndedAt, unit, progress);
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

    const completed = queue ? queue.completedDuring : ledger.counts.ok;
    const saturated = utilization > SATURATED;
    const why = handicaps(cores, saturated);
    if (skipped > 0) notes.push(`${skipped} requests were due and not sent: too many had no answer`);
    if (queue && queue.missing > 0) notes.push(`${queue.missing} accepted jobs are not in Redis any more`);
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
      versions: { ...versions(config), ...(await redisVersion(backlog)) },
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
      verify: { vectors: verified.vectors, answers: queue ? queue.completed : ledger.counts.ok },
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
  } finally {
    progress.end();
    await telemetry.close();
    if (signal.aborted && backlog) await clearUp(run, backlog);
    await backlog?.close();
  }
}

async function clearUp(run: Run, backlog: Backlog): Promise<void> {
  const ids = run.ledgers.flatMap(({ jobs }) => jobs);
  if (ids.length === 0) return;
  console.log('interrupted: removing the jobs of this run');
  await backlog.clear(run.sharedQueue ? ids : undefined);
}

function describeLoad({ CONNECTIONS, DURATION, RATE, OPS, CHUNKS }: Config): string {
  const load = RATE > 0 ? `${RATE} requests a second` : `${CONNECTIONS} connections`;
  return `${load} for ${DURATION} s, ${OPS.toLocaleString('en')} ops in ${CHUNKS} chunks each`;
}

function died(resources: Result['resources']): string[] {
  return Object.entries(resources)
    .filter(([, { restarts }]) => restarts > 0)
    .map(([name, { restarts }]) => `${name} died and came back ${restarts} time(s) under the load`);
}

async function redisVersion(backlog: Backlog | undefined): Promise<Record<string, string>> {
  const version = /^redis_version:(\S+)/m.exec((await backlog?.serverInfo()) ?? '')?.[1];
  return version ? { redis: version } : {};
}
