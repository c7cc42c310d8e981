/** What one core does on this path, on this machine, now: the unit that efficiency is counted in. */
import { Answer, MAX_OPS_DIRECT } from '@heavy-lifter/gateway/contract';
import { Failure } from '../failure.ts';
import { askTask } from '../load/target.ts';
import { startSampler } from '../watch/resources.ts';
import { computeCpuOf } from './cost.ts';

export interface Calibrated {
  /** As answers name it, e.g. `js` or `rust-avx2`. */
  readonly path: string;
  readonly opsPerSecondPerCore: number;
  /** By the CPU time of all answers together; null where nobody counts it. */
  readonly opsPerCpuSecond: number | null;
}

type Asked = Pick<Calibrated, 'path' | 'opsPerSecondPerCore'>;

const PROBE_OPS = 10_000_000;
/** Long enough that a timer's grain and a scheduler's slice do not count. */
const RUN_S = 0.15;
const RUNS = 5;

/** Asks the idle service for tasks of one chunk, which use exactly one core, and takes the best. */
export async function calibrate(
  gatewayUrl: string,
  services: readonly { name: string; url: string }[],
  signal: AbortSignal,
): Promise<Calibrated> {
  const first = await run(gatewayUrl, PROBE_OPS, signal);
  const ops = Math.round(Math.min(MAX_OPS_DIRECT, Math.max(PROBE_OPS, first.opsPerSecondPerCore * RUN_S)));
  const sampler = await startSampler(services);
  let best = first;
  for (let i = 0; i < RUNS; i++) {
    const next = await run(gatewayUrl, ops, signal);
    if (next.opsPerSecondPerCore > best.opsPerSecondPerCore) best = next;
  }
  const cpuS = computeCpuOf(await sampler.soFar(), 1);
  sampler.stop();
  return { ...best, opsPerCpuSecond: cpuS && 1 / cpuS };
}

async function run(gatewayUrl: string, ops: number, signal: AbortSignal): Promise<Asked> {
  const { status, body } = await askTask(gatewayUrl, { ops, chunks: 1, seed: 0 }, signal);
  if (status !== 200) throw new Failure(`calibrate: answered with ${status} ${body.slice(0, 300)}`);
  const { kernel, timings } = Answer.parse(JSON.parse(body));
  return { path: kernel, opsPerSecondPerCore: (ops / timings.computeMs) * 1000 };
}
