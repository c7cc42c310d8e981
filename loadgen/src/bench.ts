/** One run: verify -> calibrate -> idle -> warm up -> measure -> drain -> report. */
import { Backlog } from './backlog.ts';
import { calibrate } from './calibrate.ts';
import type { Config } from './config.ts';
import { takeMeasurement } from './measurement.ts';
import { capacity, idle, type Run, warmPath, warmUp } from './phases.ts';
import { Progress } from './progress.ts';
import type { Result } from './result.ts';
import { runId } from './run-id.ts';
import { scrapeCosts } from './scrapes.ts';
import { untilReady } from './target.ts';
import { Telemetry } from './telemetry.ts';
import { verify } from './verify.ts';

/** Measures the mode that `config` names. Throws a `Failure` when there is nothing valid to report. */
export async function bench(config: Config, signal: AbortSignal): Promise<Result> {
  const startedAt = new Date();
  const id = runId(startedAt, config.MODE);
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
    const unsettled = await phase(
      'warm up',
      `empty tasks, then ${config.WARMUP} s, checked but not measured`,
      async () => [await warmPath(run), await warmUp(run)],
    );
    notes.push(...unsettled.filter((note) => note !== undefined));
    const prepared = { verified, kernel, quiet, capacityPerS, scrapeCpuMs };
    return await takeMeasurement(run, { id, startedAt, prepared, notes, phase, news: progress });
  } finally {
    progress.end();
    await telemetry.close();
    if (signal.aborted && backlog) await clearUp(run, backlog);
    await backlog?.close();
  }
}

/** After an interruption: removes the jobs that nobody will wait for. */
export async function clearUp(run: Run, backlog: Backlog): Promise<void> {
  const ids = run.ledgers.flatMap(({ jobs }) => jobs);
  if (ids.length === 0) return;
  console.log('interrupted: removing the jobs of this run');
  await backlog.clear(run.sharedQueue ? ids : undefined);
}
