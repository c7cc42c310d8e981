/** What the project means to reach on two cores, with what this run reached: ratios and differences within it, medians. */

import { cpusIn } from '../bench/machine.ts';
import { CONCURRENCY } from '../ceilings/figures.ts';
import { number, percent, size, us } from '../format.ts';
import { isDisturbed } from './disturbed.ts';
import { FIGURES, type FigureName } from './figures.ts';
import type { CompareResult } from './result.ts';

interface Target {
  readonly what: string;
  readonly show: (value: number, more?: number) => string;
  readonly least?: number;
  readonly most?: number;
  readonly of: (at: Reader, result: CompareResult) => number | null;
}

/** The median of a figure under so many connections; null where the grid has no such cell. */
type Reader = (mode: string, figure: FigureName, ops: number, connections?: number) => number | null;

/** Of all targets that are not about one caller. */
const CONNECTIONS = 100;
const times = (value: number, more = 0) => `${number(value, more)} x`;
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
  of: (at) => difference(at(mode, 'p50Ms', 1, 1), at('inline', 'p50Ms', 1, 1), 1000),
});

/** For a machine with AVX2. */
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
    of: (at, { plan }) => (isApart(plan) ? null : at('queue', 'acceptUs', 1e4)),
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
  /** A dash where it was not measured, or on a disturbed machine only. */
  readonly reached: 'yes' | 'no' | '-';
}

export function reachedOf(result: CompareResult): Reached[] {
  return TARGETS.map(({ what, show, least, most, of }) => {
    let disturbed = false;
    const at: Reader = (mode, figure, ops, connections = CONNECTIONS) => {
      const cell = result.cells.find((one) => one.mode === mode && one.ops === ops && one.connections === connections);
      if (cell && isDisturbed(cell)) disturbed = true;
      return cell?.figures[figure]?.median ?? null;
    };
    const value = of(at, result);
    const bound = least ?? most ?? 0;
    const good = value !== null && value >= (least ?? -Infinity) && value <= (most ?? Infinity);
    return {
      what,
      target: `${least === undefined ? 'at most' : 'at least'} ${show(bound)}`,
      measured: value === null ? '-' : `${apart(show, value, bound)}${disturbed ? ' (disturbed)' : ''}`,
      reached: value === null || disturbed ? '-' : good ? 'yes' : 'no',
    };
  });
}

/** With as many digits as it takes to tell the value from its bound: 96.99 is not 97.0. */
function apart(show: Target['show'], value: number, bound: number): string {
  for (let more = 0; more < 6; more++)
    if (value === bound || show(value, more) !== show(bound, more)) return show(value, more);
  return String(value);
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
