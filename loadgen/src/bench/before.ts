/** What is found out about a gateway before it is put under load. */
import { setTimeout as sleep } from 'node:timers/promises';
import { workload } from '@heavy-lifter/workloads';
import { closedLoop } from '../load/closed-loop.ts';
import { type Bystander, startProbe } from '../load/probe.ts';
import { askTask } from '../load/target.ts';
import { startSampler } from '../watch/resources.ts';
import type { Config } from './config.ts';
import type { Run } from './phases.ts';

/** A request that does nothing, alone: the ceiling of HTTP here, and what an answer costs the gateway's CPU. */
export interface Ceiling {
  readonly capacityPerS: number;
  readonly nonBlockingUs: number | null;
}

export async function capacity({ config, signal }: Run, durationS = config.QUIET): Promise<Ceiling> {
  const { GATEWAY_URL: url, CONNECTIONS: connections } = config;
  const { value, cpuS } = await ofGateway(config, () => closedLoop({ url, connections, durationS, signal }));
  return { capacityPerS: value.served / value.seconds, nonBlockingUs: usEach(cpuS, value.served) };
}

/** The bystander alone. */
export async function idle({ config, signal, onBystander }: Run): Promise<Bystander> {
  const probe = await startProbe(config.GATEWAY_URL, onBystander);
  await sleep(config.QUIET * 1000, undefined, { signal }).catch(() => undefined);
  return probe.stop();
}

/**
 * CPU of the gateway for an answer to the bystander, with all that the gateway does unasked, in microseconds. Seldom asked
 * for, it is several times that of /non-blocking under load. Measured beside tasks that take as long as this phase does:
 * a core that has nothing else to do goes to sleep, and its wakening would be in it.
 */
export async function bystanderCost(run: Run, sizePerSecondPerCore: number): Promise<number | null> {
  const { config, signal } = run;
  const size = Math.round(Math.min(workload.maxSize.direct, Math.max(1, sizePerSecondPerCore * config.QUIET)));
  const until = performance.now() + config.QUIET * 1000;
  const probe = await startProbe(config.GATEWAY_URL, run.onBystander);
  const { value, cpuS } = await ofGateway(config, async () => {
    while (performance.now() < until) await askTask(config.GATEWAY_URL, workload.taskOf(size), signal);
    return probe.stop();
  });
  return usEach(cpuS, value.latencyMs.count);
}

/** The gateway's CPU seconds meanwhile, without those of kernels; null where it does not tell, or died. */
async function ofGateway<T>({ SERVICES }: Config, work: () => Promise<T>): Promise<{ value: T; cpuS: number | null }> {
  const sampler = await startSampler(SERVICES.slice(0, 1));
  try {
    const value = await work();
    const used = (await sampler.soFar())[SERVICES[0]?.name ?? ''];
    return { value, cpuS: used && used.restarts === 0 ? used.cpuS - (used.kernels?.cpuS ?? 0) : null };
  } finally {
    sampler.stop();
  }
}

const usEach = (cpuS: number | null, count: number) => (cpuS !== null && count > 0 ? (cpuS / count) * 1e6 : null);
