/** Whether the machine was ours while something was measured. */
import { z } from 'zod';
import type { MachineTime } from '../watch/machine-time.ts';
import type { Resource } from '../watch/resources.ts';
import { kernelsOf } from './cost.ts';
import { cpusIn } from './machine.ts';
import type { Result } from './result.ts';

const Share = z.number().min(0).nullable();

export const Disturbance = z.object({
  /** How many times longer work took than on a machine of its own. Null where the system does not tell. */
  factor: z.number().min(1).nullable(),
  /** Of the time of the services' cores: what programs that are not of this run had. */
  others: Share,
  /** The same, of what a machine below this one did not give. */
  steal: Share,
  /** Seconds of threads in kernels for a CPU second: ops a CPU second over ops a second. Who waits may wait for our own. */
  stretch: z.number().min(0).nullable(),
  /** Threads on the whole machine that ran or wanted to, on average, besides ours. */
  runQueue: z.number().min(0).nullable(),
});
export type Disturbance = z.infer<typeof Disturbance>;

export const UNKNOWN: Disturbance = { factor: null, others: null, steal: null, stretch: null, runQueue: null };

/** Beyond this factor a measurement is marked: every sixth second of the cores was not ours. */
export const DISTURBED = 1.2;
/** Of cores of which others had next to all. */
const MOST = 100;

export const isDisturbed = ({ factor }: Disturbance) => factor !== null && factor > DISTURBED;

/** `resources`: what was used in the same time. */
export function disturbanceOf(
  machine: MachineTime | undefined,
  resources: Readonly<Record<string, Resource>>,
  plan: Result['plan'],
): Disturbance {
  const kernels = kernelsOf(resources);
  const stretch = kernels.cpuS > 0 ? kernels.threadsS / kernels.cpuS : null;
  if (!machine || machine.elapsedS <= 0) return { ...UNKNOWN, stretch };
  const { elapsedS, busyS, stealS, runnable, cpus } = machine;
  const oursS = cpuOf(resources, (name) => isOnServiceCores(name, plan));
  const others = Math.max(0, busyS - oursS) / (cpus * elapsedS);
  const steal = stealS / (cpus * elapsedS);
  const lost = 1 / Math.max(1 / MOST, 1 - others - steal);
  // Where nearly all is arithmetic it tells, too, whether any of this was in the way: on cores that are free it was not.
  const computes = stretch !== null && kernels.cpuS > oursS / 2;
  // In a kernel a thread runs or wants to; all else of ours runs when its CPU time says so.
  const oursRunnable = (kernels.threadsS + cpuOf(resources, () => true) - kernels.cpuS) / elapsedS;
  return {
    factor: Math.max(1, computes ? Math.min(lost, stretch) : lost),
    others,
    steal,
    stretch,
    runQueue: Math.max(0, runnable - oursRunnable),
  };
}

/** Of several measurements. */
export const Disturbed = z.object({
  /** Beyond the bound. */
  marked: z.int().min(0),
  /** Of so many for which the system told. */
  of: z.int().min(1),
  /** The largest factor. */
  worst: z.number().min(1),
});
export type Disturbed = z.infer<typeof Disturbed>;

/** Null where the system tells nothing. */
export function summaryOf(all: readonly Disturbance[]): Disturbed | null {
  const known = all.flatMap(({ factor }) => factor ?? []);
  if (known.length === 0) return null;
  return { marked: all.filter(isDisturbed).length, of: known.length, worst: Math.max(...known) };
}

/** For the first line of a report; nothing where nothing is known. */
export function inWords(disturbed: Disturbed | null, what: string): string {
  if (!disturbed) return '';
  const { marked, of, worst } = disturbed;
  const factor = `x${worst.toFixed(1)}`;
  if (marked === 0) return `Machine undisturbed (worst ${factor}).`;
  return of === 1
    ? `Machine disturbed: ${factor}.`
    : `Machine disturbed in ${marked} of ${of} ${what}; worst ${factor}.`;
}

function cpuOf(resources: Readonly<Record<string, Resource>>, isOne: (name: string) => boolean): number {
  return Object.entries(resources).reduce((sum, [name, { cpuS }]) => sum + (isOne(name) ? cpuS : 0), 0);
}

function isOnServiceCores(name: string, { serviceCpus, generatorCpus, redisCpus }: Result['plan']): boolean {
  const own = name === 'generator' ? generatorCpus : name === 'redis' ? redisCpus : '';
  if (!serviceCpus || !own) return true;
  const services = new Set(cpusIn(serviceCpus));
  return cpusIn(own).some((cpu) => services.has(cpu));
}
