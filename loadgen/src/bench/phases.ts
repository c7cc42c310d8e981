/** The load itself and what goes on beside it; each function is a phase of `bench`. */
import { performance } from 'node:perf_hooks';
import { type Task, workload } from '@heavy-lifter/workloads';
import type { Backlog } from '../account/backlog.ts';
import { Ledger } from '../account/ledger.ts';
import { settle } from '../account/settle.ts';
import { Failure } from '../failure.ts';
import { closedLoop, type Loaded } from '../load/closed-loop.ts';
import { openLoop } from '../load/open-loop.ts';
import { type Bystander, startProbe } from '../load/probe.ts';
import type { Config } from './config.ts';

/** Some thousands of tasks: what the way to the kernel needs until V8 has compiled it. */
const PATH_WARMUP_S = 0.5;
/** Of what the gateway was measured to accept: a load that it should bear well. */
const PACED_SHARE = 0.7;
/** Far from any of the measured requests' numbers, so that no answer can be confused. */
const WARMUP_FROM = 0x8000_0000;

export interface Run {
  readonly config: Config;
  readonly signal: AbortSignal;
  readonly backlog: Backlog | undefined;
  /** Every ledger that may have jobs in the queue, for the one who has to clear up after an interruption. */
  readonly ledgers: Ledger[];
  readonly onBystander: (ms: number) => void;
  /** Whether the queue held jobs of others when this run began: then only its own may be cleared. */
  sharedQueue: boolean;
  /** Of every request of the closed loop. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Measured = Loaded & { ledger: Ledger; bystander: Bystander; utilization: number; skipped: number };

export function task({ OPS, CHUNKS, SEED }: Config): Task {
  return workload.taskOf(OPS, CHUNKS, SEED);
}

/** The same load, unmeasured but checked, and the end of what it left. Resolves to a note if it does not come to that. */
export async function warmUp(run: Run): Promise<string | undefined> {
  const { WARMUP: durationS, SERVICES } = run.config;
  if (durationS === 0) return undefined;
  const ledger = Ledger.of(task({ ...run.config, SEED: run.config.SEED + WARMUP_FROM }));
  await load(run, ledger, durationS, run.config.RATE);
  failIfWrong(ledger);
  if (!run.backlog) return settle(SERVICES[0]?.url, run.signal);
  await clear(run, ledger.jobs);
  return undefined;
}

/** The same with tasks that are next to no work: those of real size may be too few to have the way there compiled. */
export async function warmPath(run: Run): Promise<string | undefined> {
  if (run.config.WARMUP === 0) return undefined;
  return warmUp({ ...run, config: { ...run.config, OPS: run.config.CHUNKS, WARMUP: PATH_WARMUP_S, RATE: 0 } });
}

/** Removes what is left of these jobs, and waits for those in hand. */
export async function clear({ backlog, sharedQueue, signal }: Run, ids: Iterable<string>): Promise<void> {
  await backlog?.clear(sharedQueue ? ids : undefined);
  if (!sharedQueue) await backlog?.untilIdle(signal);
}

/** The load that is reported, with the bystander beside it; its requests are filed in `ledger`. */
export async function measure(run: Run, ledger: Ledger): Promise<Measured> {
  return loadWithBystander(run, ledger, run.config.DURATION, run.config.RATE);
}

/** A queue at a share of what it was measured to accept; its jobs are removed. */
export async function paced(run: Run, acceptedPerS: number) {
  const ratePerS = Math.max(1, Math.round(acceptedPerS * PACED_SHARE));
  const ledger = Ledger.of(task(run.config));
  const { bystander } = await loadWithBystander(run, ledger, run.config.PACED, ratePerS);
  failIfWrong(ledger);
  await clear(run, ledger.jobs);
  return { ratePerS, ...bystander.latencyMs, failed: bystander.failed };
}

export function failIfWrong(ledger: Ledger): void {
  if (ledger.wrongCount === 0) return;
  throw new Failure(`${ledger.wrongCount} wrong answer(s) under load:\n  ${ledger.wrong.join('\n  ')}`, 2);
}

async function loadWithBystander(run: Run, ledger: Ledger, durationS: number, rate: number): Promise<Measured> {
  const probe = await startProbe(run.config.GATEWAY_URL, run.onBystander);
  const before = performance.eventLoopUtilization();
  const loaded = await load(run, ledger, durationS, rate);
  const { utilization } = performance.eventLoopUtilization(before);
  const bystander = await probe.stop();
  return { ...loaded, ledger, bystander, utilization };
}

async function load(run: Run, ledger: Ledger, durationS: number, rate: number): Promise<Loaded & { skipped: number }> {
  run.ledgers.push(ledger);
  const { config, signal } = run;
  const { GATEWAY_URL: url, CONNECTIONS: connections, TIMEOUT: timeoutS } = config;
  const settings = { url, connections, durationS, signal, ledger, timeoutS, headers: run.headers ?? {} };
  return rate > 0 ? openLoop(settings, rate) : { ...(await closedLoop(settings)), skipped: 0 };
}
