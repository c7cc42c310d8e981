/** One run: verify -> calibrate -> capacity -> idle -> busy -> warm up -> measure -> drain -> report. */
import { Backlog } from '../account/backlog.ts';
import { untilReady } from '../load/target.ts';
import { Progress } from '../progress.ts';
import { refuseLongWait } from '../queue/before.ts';
import { runId } from '../run-id.ts';
import { scrapeCosts } from '../watch/scrapes.ts';
import { Telemetry } from '../watch/telemetry.ts';
import { bystanderCost, capacity, idle } from './before.ts';
import { calibrate } from './calibrate.ts';
import { type Config, redisOf } from './config.ts';
import { takeMeasurement } from './measurement.ts';
import { type Run, warmPath, warmUp } from './phases.ts';
import type { Result } from './result.ts';
import { verify } from './verify.ts';

/** Measures the mode that `config` names. Throws a `Failure` when there is nothing valid to report. */
export async function bench(config: Config, signal: AbortSignal): Promise<Result> {
  const startedAt = new Date();
  const id = runId(startedAt, config.MODE);
  const progress = new Progress();
  const telemetry = new Telemetry(config.MODE, id);
  const redis = redisOf(config);
  const backlog = redis && config.MODE === 'queue' ? await Backlog.open(redis) : undefined;
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
    await telemetry.listen(config.METRICS_HOST, config.METRICS_PORT);
    await untilReady(config.GATEWAY_URL, config.READY_LIMIT, signal);
    await refuseLongWait(backlog);
    const verified = await phase('verify', 'every golden vector', () =>
      verify(config.GATEWAY_URL, config.MODE, signal),
    );
    const kernel = await phase('calibrate', 'one core on this path', () =>
      calibrate(config.GATEWAY_URL, config.SERVICES, signal),
    );
    const others = (await backlog?.size()) ?? 0;
    run.sharedQueue = others > 0;
    if (others > 0) notes.push(`${others} jobs of others were in the queue before this run`);
    const scrapeCpuMs = await phase('scrapes', 'what being watched costs', () => scrapeCosts(config.SERVICES));
    const ceiling = await phase('capacity', '/non-blocking alone', () => capacity(run));
    // After that, so that what it asks for is compiled.
    const quiet = await phase('idle', 'the bystander alone', () => idle(run));
    const bystanderUs = await phase('busy', 'the bystander beside one task at a time', () =>
      bystanderCost(run, kernel.sizePerSecondPerCore),
    );
    const unsettled = await phase(
      'warm up',
      `empty tasks, then ${config.WARMUP} s, checked but not measured`,
      async () => [await warmPath(run), await warmUp(run)],
    );
    notes.push(...unsettled.filter((note) => note !== undefined));
    const prepared = { verified, kernel, quiet, bystanderUs, ...ceiling, scrapeCpuMs };
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
  const ids = run.ledgers.flatMap(({ jobs }) => [...jobs]);
  if (ids.length === 0) return;
  console.log('interrupted: removing the jobs of this run');
  await backlog.clear(run.sharedQueue ? ids : undefined);
}
