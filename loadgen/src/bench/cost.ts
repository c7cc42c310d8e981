/** What a task cost in CPU time, as the system's kernel counts it: a busy neighbour changes it far less than what a caller sees. */
import { z } from 'zod';
import type { Resource } from '../watch/resources.ts';

const Us = z.number().nullable();

export const Cost = z.object({
  /** CPU of the arithmetic for a task, in seconds, by the threads' own clocks; of the ops that were really done. */
  computeCpuS: z.number().min(0).nullable(),
  /**
   * CPU of gateway and service or worker besides that, for a task that was completed and verified, in microseconds. Without
   * the answers to the bystander, who asks at a steady rate: else it would be more where a neighbour lets fewer tasks through.
   */
  overheadUs: Us,
  /** CPU of the gateway for an answer of /non-blocking: what of the overhead is HTTP's own. */
  nonBlockingUs: Us,
  /** The same of the bystander's answers beside one task at a time: seldom asked for, they take several times as much. */
  bystanderUs: Us,
  /** CPU of gateway and Redis for an accepted job, beyond /non-blocking. */
  acceptUs: Us,
});
export type Cost = z.infer<typeof Cost>;

export const NO_COST: Cost = {
  computeCpuS: null,
  overheadUs: null,
  nonBlockingUs: null,
  bystanderUs: null,
  acceptUs: null,
};

type Resources = Readonly<Record<string, Resource>>;

export interface Spent {
  /** A task's size. */
  readonly ops: number;
  /** While the load was on. */
  readonly during: Resources;
  /** From its start until all that it left behind was done or cleared away. */
  readonly inAll: Resources;
  /** Answered with a result. */
  readonly ok: number;
  /** Promised. */
  readonly accepted: number;
  /** Of the promised ones, those that were completed. */
  readonly kept: number;
  readonly nonBlockingUs: number | null;
  /** CPU of the gateway for an answer to the bystander. */
  readonly bystanderUs: number | null;
  /** Answers to the bystander beside the load. */
  readonly bystanders: number;
}

/** Nulls where nothing was done, where nobody counts it, and where a process died and took its counters along. */
export function costOf(spent: Spent): Cost {
  return {
    computeCpuS: computeCpuOf(spent.inAll, spent.ops),
    overheadUs: overheadOf(spent),
    nonBlockingUs: spent.nonBlockingUs,
    bystanderUs: spent.bystanderUs,
    acceptUs: acceptOf(spent),
  };
}

/** Seconds of CPU that kernels took for so many ops. */
export function computeCpuOf(resources: Resources, ops: number): number | null {
  const { cpuS, ops: done } = kernelsOf(resources);
  return done > 0 ? (cpuS / done) * ops : null;
}

/** What all kernels did together. */
export function kernelsOf(resources: Resources) {
  const sum = { cpuS: 0, threadsS: 0, ops: 0 };
  for (const { kernels } of Object.values(resources)) {
    sum.cpuS += kernels?.cpuS ?? 0;
    sum.threadsS += kernels?.threadsS ?? 0;
    sum.ops += kernels?.ops ?? 0;
  }
  return sum;
}

/** A gateway has spent on every task that it answered or promised, a worker on those alone that it has done. */
function overheadOf({ inAll, ok, accepted, kept, ...beside }: Spent): number | null {
  const gateways = Object.entries(inAll).filter(([name]) => isGateway(name));
  const others = Object.entries(inAll).filter(([name]) => !isGateway(name) && name !== 'redis' && name !== 'generator');
  const all = [...gateways, ...others].map(([, used]) => used);
  const counted =
    gateways.length > 0 && all.some(({ kernels }) => kernels) && all.every(({ restarts }) => restarts === 0);
  if (!counted || ok + kept === 0) return null;
  const ofGateways = Math.max(0, besides(gateways) - bystandersS(beside));
  return (ofGateways / (ok + accepted) + besides(others) / (ok + kept)) * 1e6;
}

function acceptOf({ during, accepted, nonBlockingUs, ...beside }: Spent): number | null {
  const all = Object.entries(during).filter(([name]) => isGateway(name) || name === 'redis');
  const counted = all.length > 1 && all.every(([, { restarts }]) => restarts === 0);
  if (!counted || accepted === 0 || nonBlockingUs === null) return null;
  return ((besides(all) - bystandersS(beside)) / accepted) * 1e6 - nonBlockingUs;
}

/** CPU seconds of the gateway for the bystander. */
function bystandersS({ bystanderUs, bystanders }: Pick<Spent, 'bystanderUs' | 'bystanders'>): number {
  return ((bystanderUs ?? 0) * bystanders) / 1e6;
}

/** Seconds of CPU other than the arithmetic's. */
function besides(all: readonly [string, Resource][]): number {
  return all.reduce((sum, [, { cpuS, kernels }]) => sum + cpuS - (kernels?.cpuS ?? 0), 0);
}

const isGateway = (name: string) => name.startsWith('gateway');
