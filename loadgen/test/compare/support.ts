/** Invented comparisons: what a mode costs is a formula, noise comes from a seed. */
import { randomNormal } from 'd3-random';
import { NO_COST } from '../../src/bench/cost.ts';
import { UNKNOWN } from '../../src/bench/disturbance.ts';
import type { Result } from '../../src/bench/result.ts';
import { readCompareConfig, settingsOf } from '../../src/compare/config.ts';
import { cellsOf, GRIDS, type Grid, randomOf } from '../../src/compare/grid.ts';
import type { Ceiled, Measured } from '../../src/compare/journal.ts';
import { type CompareResult, resultOf } from '../../src/compare/result.ts';
import { exampleResult } from '../support/runs.ts';

export interface Invented {
  /** Milliseconds that every task of the mode costs besides its work. */
  readonly wayMs: number;
  /** Ops a second of one core. */
  readonly speed: number;
  readonly kernel: string;
  /** Milliseconds the bystander waits; by default nothing to speak of. */
  readonly bystanderMs?: number;
  /** Of a queue: microseconds that a promise costs. */
  readonly acceptCostUs?: number;
}

export const MODES = {
  inline: { wayMs: 0.05, speed: 1e9, kernel: 'js', bystanderMs: 200 },
  pool: { wayMs: 0.4, speed: 1e9, kernel: 'js' },
  microservice: { wayMs: 0.9, speed: 8e9, kernel: 'rust-avx2' },
} satisfies Record<string, Invented>;

/** Everybody, with names and numbers as long as real ones. */
export const ALL_MODES: Record<string, Invented> = {
  ...MODES,
  unpooled: { wayMs: 61.5, speed: 0.9e9, kernel: 'js', bystanderMs: 3_210 },
  wasm: { wayMs: 0.45, speed: 2.6e9, kernel: 'wasm-simd' },
  native: { wayMs: 0.07, speed: 8e9, kernel: 'rust-avx512' },
  queue: { wayMs: 3.2, speed: 8e9, kernel: 'rust-avx512' },
  'microservice-scalar': { wayMs: 0.9, speed: 1.3e9, kernel: 'rust-scalar' },
  'microservice-js': { wayMs: 1.4, speed: 1e9, kernel: 'js' },
};

export interface Noise {
  readonly seed: number | string;
  /** Standard deviation, as a share, of a whole visit and of a cell in it. */
  readonly visit?: number;
  readonly cell?: number;
}

/** Of every repetition. */
export const CEILINGS: Ceiled['ceilings'] = {
  roundTripUs: 25,
  httpPerS: 80_000,
  expressPerS: 50_000,
  acceptedPerS: 12_500,
  acceptCostUs: 60,
  diskUs: 900,
  addPerS: 60_000,
  finishPerS: 20_000,
  nodeWorkerPerS: 5_000,
  rustWorkerPerS: 7_000,
};

const SMALL: Grid = {
  ...GRIDS.quick,
  sizes: [1, 1e4, 1e6, 2e7, 2e8].map((ops) => ({ ops, connections: ops === 1 ? [1] : [1, 10] })),
};

/** With the connections that targets are about. */
export const WITH_HUNDRED: Grid = {
  ...SMALL,
  sizes: SMALL.sizes.map(({ ops }) => ({ ops, connections: [1, 100] })),
};

export function configOf(env: NodeJS.ProcessEnv = {}) {
  const read = readCompareConfig({ MODES: 'inline,pool,microservice', ...env });
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.config;
}

export function inventedCompare(
  modes: Record<string, Invented>,
  noise: Noise,
  repetitions = 3,
  grid = SMALL,
): CompareResult {
  const measured: Measured[] = [];
  for (let repetition = 1; repetition <= repetitions; repetition++) {
    for (const [mode, invented] of Object.entries(modes)) {
      const normal = randomNormal.source(randomOf(noise.seed, mode, repetition))(0, 1);
      const visit = 1 + (noise.visit ?? 0) * normal();
      const cpuNormal = randomNormal.source(randomOf(noise.seed, mode, repetition, 'cpu'))(1, 0.01);
      const cpuSpeed = invented.speed * cpuNormal();
      const calibrated = invented.speed * visit * (1 + 0.01 * normal());
      for (const { ops, connections } of cellsOf(grid, mode)) {
        const slow = (1 / visit) * (1 + (noise.cell ?? 0) * normal());
        const result = inventedResult({ mode, ...invented }, { ops, connections }, slow, {
          calibrated,
          cpuSpeed: cpuSpeed * cpuNormal(),
        });
        measured.push({ mode, repetition, ops, connections, tookS: 1, result, failure: null });
      }
    }
  }
  const config = configOf({ MODES: Object.keys(modes).join(','), REPETITIONS: String(repetitions) });
  const settings = { ...settingsOf(config), grid };
  const begun = { kind: 'settings', schema: 1, id: 'invented-compare', order: 1, settings } as const;
  const result = resultOf({
    begun: { ...begun, hash: '', startedAt: '2026-01-01T00:00:00.000Z' },
    measured,
    repeated: [],
    visited: [],
    ceiled: Array.from({ length: repetitions }, (_, index) => ({
      kind: 'ceilings' as const,
      repetition: index + 1,
      tookS: 1,
      ceilings: CEILINGS,
    })),
  });
  if (!result) throw new Error('nothing was invented');
  return result;
}

/** One core, which is busy with as many tasks as there are connections. */
function inventedResult(
  { mode, wayMs, speed, kernel, bystanderMs = 2, acceptCostUs }: Invented & { mode: string },
  { ops, connections }: { ops: number; connections: number },
  slow: number,
  { calibrated, cpuSpeed }: { calibrated: number; cpuSpeed: number },
): Result {
  const example = exampleResult();
  const taskMs = (wayMs + (ops / speed) * 1000) * slow;
  const p50 = taskMs * connections;
  const ok = 100;
  const none = { sent: ok, ok, accepted: 0, refused: 0, failed: 0, unknown: 0, cut: 0 };
  const { idle, loaded } = example.bystander;
  return {
    ...example,
    mode,
    queue: acceptCostUs === undefined || !example.queue ? null : { ...example.queue, acceptCostUs },
    cost: { ...NO_COST, computeCpuS: ops / cpuSpeed, acceptUs: acceptCostUs ?? null },
    disturbance: UNKNOWN,
    kernel: { path: kernel, sizePerSecondPerCore: calibrated, sizePerCpuSecond: cpuSpeed },
    request: { ...example.request, ops, connections },
    counts: none,
    latencyMs: { ...example.latencyMs, p50, p95: p50, p99: p50 },
    throughput: { answeredPerS: 1000 / taskMs, completedPerS: 1000 / taskMs },
    bystander: { idle, loaded: { ...loaded, p99: bystanderMs * slow }, capacityPerS: 40_000, paced: null },
    resources: { gateway: { cpuS: (taskMs * ok) / 1000, peakRssBytes: 1e8, restarts: 0 } },
  };
}
