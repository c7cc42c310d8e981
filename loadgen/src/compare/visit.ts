/** One mode in fresh processes: verified and calibrated once, then cell after cell, each written down at once. */
import { Backlog } from '../account/backlog.ts';
import { bystanderCost, capacity, idle } from '../bench/before.ts';
import { clearUp } from '../bench/bench.ts';
import { calibrate } from '../bench/calibrate.ts';
import { type Config, redisOf } from '../bench/config.ts';
import { LEAST_DRAIN_S } from '../bench/drain.ts';
import { type Prepared, takeMeasurement } from '../bench/measurement.ts';
import { type Run, warmPath, warmUp } from '../bench/phases.ts';
import type { Result } from '../bench/result.ts';
import { verify } from '../bench/verify.ts';
import { Failure } from '../failure.ts';
import { number } from '../format.ts';
import { untilReady } from '../load/target.ts';
import { refuseLongWait } from '../queue/before.ts';
import { runId } from '../run-id.ts';
import { listRepeats, markedOf } from './again.ts';
import type { CompareConfig } from './config.ts';
import { type Cell, type Grid, secondsOf, type Visit } from './grid.ts';
import { Journal } from './journal.ts';
import { leftOf } from './left.ts';

/** For jobs in hand that the cell before left: the longest task of a grid on one core, with room. */
const IN_HAND_LIMIT_S = 120;
/** Connections of the phase that asks for nothing: enough to keep one event loop busy. */
export const CAPACITY_CONNECTIONS = 10;
/** Of that phase before it counts: what a fresh process has not compiled yet it answers at a third of the speed. */
export const CAPACITY_WARMUP_S = 0.3;

/** Measures what is left of this visit of the contender `name`. Throws a `Failure` if an answer is wrong or the mode is not there. */
export async function visit(
  config: CompareConfig,
  folder: string,
  { mode: name, repetition }: Visit,
  signal: AbortSignal,
): Promise<void> {
  const journal = Journal.read(folder);
  const { grid } = journal.begun.settings;
  const here: Visit = { mode: name, repetition };
  const open = journal.open(here);
  // A visit of which nothing is open was listed because its machine was disturbed.
  const [kind, cells] = open.length > 0 ? (['cell', open] as const) : (['repeat', markedOf(journal, here)] as const);
  const isQueue = config.MODE === 'queue';
  const redis = redisOf(config);
  const backlog = isQueue && redis ? await Backlog.open(redis) : undefined;
  if (isQueue && !backlog) throw new Failure('REDIS_URL: needed in mode queue, to learn completions');
  const base: Run = {
    config: benchConfig(config, { ops: 1, connections: CAPACITY_CONNECTIONS }, grid.quietS, grid),
    signal,
    backlog,
    ledgers: [],
    sharedQueue: ((await backlog?.size()) ?? 0) > 0,
    onBystander: () => {},
  };
  try {
    await refuseLongWait(backlog);
    const startedAt = performance.now();
    const prepared = await prepare(base);
    const preparedS = (performance.now() - startedAt + (config.STARTUP_MS ?? 0)) / 1000;
    journal.add({ kind: 'visit', ...here, startupMs: config.STARTUP_MS ?? null, preparedS });
    for (const cell of cells) {
      signal.throwIfAborted();
      const from = performance.now();
      const durationS = secondsOf(grid, cell, prepared.kernel.sizePerSecondPerCore);
      const one = benchConfig(config, cell, durationS, grid);
      const outcome = await measureCell({ ...base, config: one, ...headersOf(one) }, prepared);
      journal.add({ kind, ...here, ...cell, tookS: (performance.now() - from) / 1000, ...outcome });
      console.log(progressLine(journal, here, cell, outcome));
    }
    listRepeats(journal);
    await backlog?.compact();
  } finally {
    if (signal.aborted && backlog) await clearUp(base, backlog);
    await backlog?.close();
  }
}

async function prepare(run: Run): Promise<Prepared> {
  const { config, signal } = run;
  await untilReady(config.GATEWAY_URL, config.READY_LIMIT, signal);
  const verified = await verify(config.GATEWAY_URL, config.MODE, signal);
  const kernel = await calibrate(config.GATEWAY_URL, config.SERVICES, signal);
  await warmPath(run);
  await capacity(run, CAPACITY_WARMUP_S);
  const ceiling = await capacity(run);
  return {
    verified,
    kernel,
    ...ceiling,
    quiet: await idle(run),
    bystanderUs: await bystanderCost(run, kernel.sizePerSecondPerCore),
    // Nobody watches a comparison.
    scrapeCpuMs: {},
  };
}

interface Outcome {
  readonly result: Result | null;
  readonly failure: string | null;
}

/** A cell that comes to nothing is a finding of its own; a wrong answer ends everything. */
async function measureCell(run: Run, prepared: Prepared): Promise<Outcome> {
  const startedAt = new Date();
  const { config, signal, backlog } = run;
  const id = runId(startedAt, config.MODE);
  try {
    await untilReady(config.GATEWAY_URL, config.READY_LIMIT, signal);
    if (backlog && !run.sharedQueue) await backlog.drain(IN_HAND_LIMIT_S, signal, () => {});
    const notes = [await warmUp(run)].filter((note) => note !== undefined);
    const phase = <T>(_name: string, _about: string, work: () => Promise<T>) => {
      signal.throwIfAborted();
      return work();
    };
    const news = { update() {}, note() {} };
    return { result: await takeMeasurement(run, { id, startedAt, prepared, notes, phase, news }), failure: null };
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure) || error.exitCode === 2) throw error;
    return { result: null, failure: error.message };
  }
}

/** One caller at a time wants the result; many want to get rid of their work, and completions are counted apart. */
function headersOf({ MODE, CONNECTIONS }: Config): Pick<Run, 'headers'> {
  return MODE === 'queue' && CONNECTIONS === 1 ? { headers: { prefer: 'wait=20' } } : {};
}

function benchConfig(config: CompareConfig, { ops, connections }: Cell, durationS: number, grid: Grid): Config {
  return {
    ...config,
    OPS: ops,
    CHUNKS: Math.min(config.CHUNKS, ops),
    CONNECTIONS: connections,
    DURATION: durationS,
    WARMUP: grid.warmupS,
    QUIET: grid.quietS,
    RATE: 0,
    REPEAT: 1,
    MAX_REGRESSION: 0,
    DRAIN_LIMIT: Math.max(durationS, LEAST_DRAIN_S),
    PACED: 0,
    METRICS_PORT: 0,
    METRICS_HOST: '127.0.0.1',
  };
}

function progressLine(journal: Journal, { mode, repetition }: Visit, cell: Cell, { result, failure }: Outcome): string {
  const { settings } = journal.begun;
  const what = `${mode} ${repetition}/${settings.repetitions}: ${number(cell.ops)} ops x ${cell.connections}`;
  const came = result ? `${number(result.throughput.answeredPerS)} answers/s` : `nothing: ${failure}`;
  return `  ${what}: ${came}; ${leftOf(journal)}`;
}
