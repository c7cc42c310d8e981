/** What a cell is judged by: each figure computed from a bench's result in one place, for tables, charts and tests. */

import { workload } from '@heavy-lifter/workloads';
import type { Result } from '../bench/result.ts';
import { ms, number, percent, size } from '../format.ts';

export interface Figure {
  readonly title: string;
  readonly better: 'lower' | 'higher';
  /** Null where the cell has no such figure. */
  readonly of: (result: Result) => number | null;
  readonly show: (value: number) => string;
  /** A part of another: in the result, and not in tables. */
  readonly part?: true;
}

/** Keys of `result.json`. */
export const FIGURES = {
  p50Ms: { title: 'p50 ms', better: 'lower', of: (result) => latency(result, 'p50'), show: ms },
  p95Ms: { title: 'p95 ms', better: 'lower', of: (result) => latency(result, 'p95'), show: ms },
  p99Ms: { title: 'p99 ms', better: 'lower', of: (result) => latency(result, 'p99'), show: ms },
  acceptedPerS: {
    title: 'accepted/s',
    better: 'higher',
    of: ({ counts, throughput }) => (counts.accepted > 0 ? throughput.answeredPerS : null),
    show: number,
  },
  completedPerS: { title: 'completed/s', better: 'higher', of: completedPerS, show: number },
  bystanderP99Ms: { title: 'bystander p99 ms', better: 'lower', of: ({ bystander }) => bystander.loaded.p99, show: ms },
  computeCpuMs: {
    title: 'compute CPU ms',
    better: 'lower',
    // One op is no work: what is left is the grain of the clock.
    of: ({ cost, request }) => (request.ops > 1 && cost.computeCpuS !== null ? cost.computeCpuS * 1000 : null),
    show: number,
  },
  overheadUs: { title: 'overhead us', better: 'lower', of: ({ cost }) => cost.overheadUs, show: number },
  cpuMsPerTask: { title: 'CPU ms/task', better: 'lower', of: cpuMsPerTask, show: number },
  peakRssBytes: { title: 'peak memory', better: 'lower', of: peakRssBytes, show: size },
  efficiency: {
    title: 'efficiency',
    better: 'higher',
    of: (result) => (completedPerS(result) * taskCpuS(result)) / result.plan.serviceCores,
    show: percent,
  },
  gatewayRssBytes: {
    title: 'peak memory of the gateway',
    better: 'lower',
    of: ({ resources }) => peakOf(resources, 'gateway'),
    show: size,
    part: true,
  },
  rustRssBytes: {
    title: 'peak memory of the Rust service',
    better: 'lower',
    of: ({ resources }) => peakOf(resources, 'rust-'),
    show: size,
    part: true,
  },
  acceptUs: { title: 'us of CPU to accept', better: 'lower', of: ({ cost }) => cost.acceptUs, show: number },
  acceptCostUs: {
    title: 'us to accept',
    better: 'lower',
    of: ({ queue }) => (queue?.accepted ? queue.acceptCostUs : null),
    show: number,
  },
  drainEfficiency: {
    title: 'efficiency of the drain',
    better: 'higher',
    of: ({ queue }) => queue?.drainEfficiency ?? null,
    show: percent,
    part: true,
  },
  drainS: {
    title: 'drain s',
    better: 'lower',
    of: ({ queue }) => (queue?.accepted ? queue.drainS : null),
    show: number,
  },
} as const satisfies Record<string, Figure>;
export type FigureName = keyof typeof FIGURES;
export const figureNames = Object.keys(FIGURES) as FigureName[];
export const tableNames = figureNames.filter((name) => !(FIGURES[name] as Figure).part);

/** To the result: where it was promised only, from the promise to the completion. */
function latency({ latencyMs, queue }: Result, at: 'p50' | 'p95' | 'p99'): number | null {
  return queue?.accepted ? queue.endToEndMs[at] : latencyMs[at];
}

/** A queue keeps its promises also after the load: its rate is that of both times together. */
function completedPerS({ counts, queue, request, throughput }: Result): number {
  const answered = counts.ok + counts.accepted;
  const loadS = answered > 0 ? answered / throughput.answeredPerS : request.durationS;
  return (counts.ok + (queue?.completed ?? 0)) / (loadS + (queue?.accepted ? queue.drainS : 0));
}

/** Seconds of a core that a task's arithmetic takes: as it was counted, or before that was done as it was calibrated. */
function taskCpuS({ cost, request, kernel }: Result): number {
  return cost.computeCpuS ?? workload.sizeOf(request) / kernel.sizePerSecondPerCore;
}

/** Null for promises: most of their work is done when the counters have been read. */
function cpuMsPerTask({ counts, resources }: Result): number | null {
  if (counts.ok === 0 || counts.accepted > 0) return null;
  return (services(resources).reduce((sum, { cpuS }) => sum + cpuS, 0) / counts.ok) * 1000;
}

function peakRssBytes({ resources }: Result): number {
  return services(resources).reduce((sum, { peakRssBytes: peak }) => sum + peak, 0);
}

/** Of the services whose names begin so; null where there is none. */
function peakOf(resources: Result['resources'], prefix: string): number | null {
  const peaks = Object.entries(resources).filter(([name]) => name.startsWith(prefix));
  return peaks.length > 0 ? Math.max(...peaks.map(([, used]) => used.peakRssBytes)) : null;
}

function services(resources: Result['resources']) {
  return Object.entries(resources)
    .filter(([name]) => name !== 'generator')
    .map(([, used]) => used);
}
