/** The ceilings of this machine in tables: themselves, and how near to them each mode comes. */
import { CEILINGS, ceilingNames } from '../ceilings/figures.ts';
import { number, percent } from '../format.ts';
import type { CompareResult, Contender } from './result.ts';
import type { Range } from './statistics.ts';
import { shown, type Table } from './table.ts';

export const CEILINGS_NOTE =
  'What this machine does at best, measured in the same run on the same cores by the same generator. ' +
  'What one core of a kernel does is in the table above.';

export function ceilingTable({ ceilings }: CompareResult): Table {
  const rows = ceilingNames.map((name) => [CEILINGS[name].title, shown(ceilings?.[name] ?? null, CEILINGS[name].show)]);
  return { head: ['ceiling', 'measured'], rows, align: 'lr' };
}

/** A figure of a mode as a share of a ceiling, or as a multiple of what nothing can be below. */
interface Share {
  readonly title: string;
  readonly show: (ratio: number) => string;
  readonly of: (result: CompareResult, one: Contender) => number | null;
}

const times = (ratio: number) => `${number(ratio)} x`;

export const SHARES: readonly Share[] = [
  {
    title: 'kernel, most of a cell',
    show: percent,
    of: (result, one) => bestEfficiency(result, one),
  },
  {
    title: '/non-blocking, of node:http',
    show: percent,
    of: ({ ceilings }, one) => ratio(one.capacityPerS, ceilings?.httpPerS),
  },
  {
    title: '... of Express',
    show: percent,
    of: ({ ceilings }, one) => ratio(one.capacityPerS, ceilings?.expressPerS),
  },
  {
    title: 'no-op p50, round trips',
    show: times,
    of: (result, one) => inUs(ratio(noOpOf(result, one), result.ceilings?.roundTripUs)),
  },
  {
    title: 'us to accept, of Express + Queue.add',
    show: times,
    of: (result, one) => ratio(acceptCostOf(result, one), result.ceilings?.acceptCostUs),
  },
  {
    title: "its worker's no-op jobs/s, of BullMQ's in Node",
    show: times,
    of: ({ ceilings }, { mode }) =>
      mode === 'queue' ? ratio(ceilings?.rustWorkerPerS, ceilings?.nodeWorkerPerS) : null,
  },
  {
    title: '... of EVALSHA finish',
    show: percent,
    of: ({ ceilings }, { mode }) => (mode === 'queue' ? ratio(ceilings?.rustWorkerPerS, ceilings?.finishPerS) : null),
  },
];

export function shareTable(result: CompareResult): Table {
  const rows = result.contenders.map((one) => [
    one.mode,
    ...SHARES.map(({ show, of }) => {
      const value = of(result, one);
      return value === null ? '-' : { text: show(value), key: value };
    }),
  ]);
  return { head: ['mode', ...SHARES.map(({ title }) => title)], rows, align: 'l'.padEnd(1 + SHARES.length, 'r') };
}

/** What a task of one op costs one caller: the way there. */
export function noOpOf({ cells }: CompareResult, { mode }: Contender): Range | null {
  return cells.find((cell) => cell.mode === mode && cell.ops === 1 && cell.connections === 1)?.figures.p50Ms ?? null;
}

/** Efficiency is the throughput of a cell as a share of what its kernel does on the cores there are. */
function bestEfficiency({ cells }: CompareResult, { mode }: Contender): number | null {
  const all = cells
    .filter((cell) => cell.mode === mode && cell.ops > 1)
    .flatMap(({ figures }) => figures.efficiency ?? []);
  return all.length > 0 ? Math.max(...all.map(({ median }) => median)) : null;
}

/** Of the least work under the most connections: what it costs to accept and nothing else. */
function acceptCostOf({ cells }: CompareResult, { mode }: Contender): Range | null {
  const accepting = cells.filter((cell) => cell.mode === mode && cell.figures.acceptCostUs);
  accepting.sort((a, b) => a.ops - b.ops || b.connections - a.connections);
  return accepting[0]?.figures.acceptCostUs ?? null;
}

/** Of medians. */
function ratio(a: Range | null | undefined, b: Range | null | undefined): number | null {
  return a && b && b.median > 0 ? a.median / b.median : null;
}

const inUs = (ofMs: number | null) => (ofMs === null ? null : ofMs * 1000);
