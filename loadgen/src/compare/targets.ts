/** What the project means to reach on two cores, with what this run reached: ratios and differences within it, medians. */
import { CONCURRENCY } from '../ceilings/figures.ts';
import { number, percent, size } from '../format.ts';
import { cpusIn } from '../machine.ts';
import { FIGURES, type FigureName } from './figures.ts';
import type { CompareResult } from './result.ts';

interface Target {
  readonly what: string;
  readonly show: (value: number) => string;
  readonly least?: number;
  readonly most?: number;
  readonly of: (at: Reader, result: CompareResult) => number | null;
}

/** The median of a figure; null where the grid has no such cell. `most`: under the most connections of the size. */
type Reader = (mode: string, figure: FigureName, ops: number, under?: 'fewest' | 'most') => number | null;

const us = (value: number) => `${number(value)} us`;
const times = (value: number) => `${number(value)} x`;
const MB = 1e6;

const efficiency = (mode: string, ops: number, least: number, figure: FigureName = 'efficiency'): Target => ({
  what: `${mode}: ${FIGURES[figure].title} at ${number(ops)} ops`,
  show: percent,
  least,
  of: (at) => at(mode, figure, ops),
});
const faster = (mode: string, least: number): Target => ({
  what: `${mode}: tasks/s at ${number(2e7)} ops, of pool's`,
  show: times,
  least,
  of: (at) => ratio(at(mode, 'completedPerS', 2e7), at('pool', 'completedPerS', 2e7)),
});
const way = (mode: string, most: number): Target => ({
  what: `${mode}: a no-op task (p50, one caller), on top of inline's`,
  show: us,
  most,
  of: (at) => difference(at(mode, 'p50Ms', 1, 'fewest'), at('inline', 'p50Ms', 1, 'fewest'), 1000),
});

/** Efficiency and speed are meant for 100 connections, and for a machine with AVX2; the row says what there was. */
export const TARGETS: readonly Target[] = [
  efficiency('pool', 2e7, 0.96),
  efficiency('native', 2e7, 0.93),
  efficiency('microservice', 2e7, 0.9),
  efficiency('queue', 2e7, 0.95, 'drainEfficiency'),
  efficiency('pool', 2e8, 0.97),
  efficiency('native', 2e8, 0.97),
  efficiency('microservice', 2e8, 0.97),
  faster('native', 7),
  faster('microservice', 7),
  faster('wasm', 2.2),
  way('native', 60),
  way('microservice', 400),
  {
    what: 'queue: an accepted job, on top of /non-blocking (cores shared with Redis)',
    show: us,
    most: 75,
    of: (at, { plan }) => (isApart(plan) ? null : at('queue', 'acceptCostUs', 1e4)),
  },
  {
    what: 'queue: an accepted job, on top of /non-blocking (Redis on a core of its own, REDIS_CPUS=)',
    show: us,
    most: 28,
    of: (at, { plan }) => (isApart(plan) ? at('queue', 'acceptCostUs', 1e4) : null),
  },
  {
    what: `rust-worker: no-op jobs/s at concurrency ${CONCURRENCY}, of BullMQ's Node worker's`,
    show: times,
    least: 1.3,
    of: (_at, { ceilings }) => ratio(ceilings?.rustWorkerPerS.median ?? null, ceilings?.nodeWorkerPerS.median ?? null),
  },
  {
    what: 'pool: peak memory of the gateway',
    show: size,
    most: 220 * MB,
    of: (at) => at('pool', 'gatewayRssBytes', 2e7),
  },
  ...(['microservice', 'queue'] as const).map((mode) => ({
    what: `${mode}: peak memory of the Rust service`,
    show: size,
    most: 30 * MB,
    of: (at: Reader) => at(mode, 'rustRssBytes', 2e7),
  })),
];

export interface Reached {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  /** A dash where it was not measured. */
  readonly reached: 'yes' | 'no' | '-';
}

export function reachedOf(result: CompareResult): Reached[] {
  const { cells } = result;
  const at: Reader = (mode, figure, ops, under = 'most') => {
    const alike = cells.filter((cell) => cell.mode === mode && cell.ops === ops);
    alike.sort((a, b) => a.connections - b.connections);
    return (under === 'most' ? alike.at(-1) : alike[0])?.figures[figure]?.median ?? null;
  };
  return TARGETS.map(({ what, show, least, most, of }) => {
    const value = of(at, result);
    const good = value !== null && value >= (least ?? -Infinity) && value <= (most ?? Infinity);
    return {
      what,
      target: least === undefined ? `at most ${show(most ?? Infinity)}` : `at least ${show(least)}`,
      measured: value === null ? '-' : show(value),
      reached: value === null ? '-' : good ? 'yes' : 'no',
    };
  });
}

/** Whether Redis does not run where the gateway does. */
function isApart({ serviceCpus, redisCpus }: CompareResult['plan']): boolean {
  const services = new Set(cpusIn(serviceCpus));
  return redisCpus !== '' && !cpusIn(redisCpus).some((cpu) => services.has(cpu));
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : a / b;
}

function difference(a: number | null, b: number | null, factor: number): number | null {
  return a === null || b === null ? null : (a - b) * factor;
}
