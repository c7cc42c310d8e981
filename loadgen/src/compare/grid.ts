/** What is measured: every mode at every task size under every number of connections, and in which order. */
import { createHash } from 'node:crypto';
import { workload } from '@heavy-lifter/workloads';
import { randomLcg } from 'd3-random';
import { shuffle } from 'simple-statistics';
import { z } from 'zod';

export const Grid = z.object({
  name: z.string(),
  /** Task sizes in ops, each with its numbers of connections. One op is no work: what is left is the way there. */
  sizes: z.array(z.object({ ops: z.int(), connections: z.array(z.int()) })),
  /** Seconds of load in a cell; longer for tasks that are long themselves, up to the limit. */
  cellS: z.number(),
  cellLimitS: z.number(),
  warmupS: z.number(),
  /** Seconds of each phase that goes before a mode's cells. */
  quietS: z.number(),
});
export type Grid = z.infer<typeof Grid>;

export interface Cell {
  readonly ops: number;
  readonly connections: number;
}

/** One mode in fresh processes, once. */
export interface Visit {
  readonly mode: string;
  readonly repetition: number;
}

/** Enough answers for a median where a task takes long. */
const TASKS_IN_A_CELL = 5;

const sizes = (ops: number[], connections: number[]) => ops.map((one) => ({ ops: one, connections }));

export const GRIDS = {
  full: {
    name: 'full',
    sizes: [
      ...sizes([1], [1]),
      ...sizes([1e4, 1e5, 1e6, 1e7, 2e7, 2e8, 2e9], [1, 10, 100]),
      // Beyond what is answered at once; more connections would only promise more than an hour could keep.
      ...sizes([1e10, 1e11], [1]),
    ],
    cellS: 3,
    cellLimitS: 12,
    warmupS: 0.5,
    quietS: 2,
  },
  quick: {
    name: 'quick',
    sizes: [...sizes([1, 1e6, 2e8], [1]), ...sizes([1e4, 2e7], [1, 10])],
    cellS: 0.35,
    cellLimitS: 1,
    warmupS: 0.1,
    quietS: 0.4,
  },
  /** Of `make calibrate`: the way there is all that is measured of a mode besides its kernel. */
  calibration: { name: 'calibration', sizes: sizes([1], [1]), cellS: 0.5, cellLimitS: 1, warmupS: 0.1, quietS: 0.5 },
} as const satisfies Record<string, Grid>;

/** The cells that `mode` can serve. */
export function cellsOf(grid: Grid, mode: string): Cell[] {
  const limit = mode === 'queue' ? workload.maxSize.queued : workload.maxSize.direct;
  return grid.sizes
    .filter(({ ops }) => ops <= limit)
    .flatMap(({ ops, connections }) => connections.map((one) => ({ ops, connections: one })));
}

/** How long a cell's load lasts where one core does so many ops a second. */
export function secondsOf({ cellS, cellLimitS }: Grid, { ops }: Cell, sizePerSecondPerCore: number): number {
  return Math.min(cellLimitS, Math.max(cellS, (TASKS_IN_A_CELL * ops) / sizePerSecondPerCore));
}

/** Each repetition has every mode once, in an order of its own: what drifts with time meets all alike. */
export function visitsOf(modes: readonly string[], repetitions: number, order: number): Visit[] {
  return Array.from({ length: repetitions }, (_, index) => index + 1).flatMap((repetition) =>
    shuffle([...modes], randomOf(order, repetition)).map((mode) => ({ mode, repetition })),
  );
}

/** The cells of one visit in their order. */
export function cellsInOrder(grid: Grid, { mode, repetition }: Visit, order: number): Cell[] {
  return shuffle(cellsOf(grid, mode), randomOf(order, repetition, mode));
}

/** Hashed, as neighbouring seeds of a linear generator begin alike. */
export function randomOf(...parts: (string | number)[]): () => number {
  return randomLcg(createHash('sha256').update(parts.join('/')).digest().readUInt32BE());
}
