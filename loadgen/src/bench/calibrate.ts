/** What one core does on this path, on this machine, now: the unit that efficiency is counted in. */
import { Answer } from '@heavy-lifter/gateway/contract';
import { workload } from '@heavy-lifter/workloads';
import { Failure } from '../failure.ts';
import { askTask } from '../load/target.ts';
import { startSampler } from '../watch/resources.ts';
import { computeCpuOf } from './cost.ts';

export interface Calibrated {
  /** As answers name it, e.g. `js` or `rust-avx2`. */
  readonly path: string;
  readonly sizePerSecondPerCore: number;
  /** By the CPU time of all answers together; null where nobody counts it. */
  readonly sizePerCpuSecond: number | null;
}

type Asked = Pick<Calibrated, 'path' | 'sizePerSecondPerCore'>;

/** 10 ms or more. */
const PROBE_SIZE = workload.usualRate / 100;
/** Long enough that a timer's grain and a scheduler's slice do not count. */
const RUN_S = 0.15;
const RUNS = 5;

/** Asks the idle service for tasks of one chunk, which use exactly one core, and takes the best. */
export async function calibrate(
  gatewayUrl: string,
  services: readonly { name: string; url: string }[],
  signal: AbortSignal,
): Promise<Calibrated> {
  const first = await run(gatewayUrl, PROBE_SIZE, signal);
  const enough = Math.max(PROBE_SIZE, first.sizePerSecondPerCore * RUN_S);
  const size = Math.round(Math.min(workload.maxSize.direct, enough));
  const sampler = await startSampler(services);
  let best = first;
  for (let i = 0; i < RUNS; i++) {
    const next = await run(gatewayUrl, size, signal);
    if (next.sizePerSecondPerCore > best.sizePerSecondPerCore) best = next;
  }
  const cpuS = computeCpuOf(await sampler.soFar(), 1);
  sampler.stop();
  return { ...best, sizePerCpuSecond: cpuS && 1 / cpuS };
}

async function run(gatewayUrl: string, size: number, signal: AbortSignal): Promise<Asked> {
  const { status, body } = await askTask(gatewayUrl, workload.taskOf(size), signal);
  if (status !== 200) throw new Failure(`calibrate: answered with ${status} ${body.slice(0, 300)}`);
  const { kernel, timings } = Answer.parse(JSON.parse(body));
  return { path: kernel, sizePerSecondPerCore: (size / timings.computeMs) * 1000 };
}
