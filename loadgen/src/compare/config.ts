/** The settings of a comparison, and what of them makes two runs the same one. */

import { createHash } from 'node:crypto';
import { caProblems } from '@heavy-lifter/gateway/redis-address';
import { fileProblems, type Read, readBy, seconds, whole } from '@heavy-lifter/gateway/settings';
import { workload } from '@heavy-lifter/workloads';
import { z } from 'zod';
import { Config as BenchConfig, DEFAULT_CONNECTIONS, folderProblems, Surroundings } from '../bench/config.ts';
import { machine } from '../bench/machine.ts';
import { contenderNames, isChoice } from './contenders.ts';
import { GRIDS, Grid } from './grid.ts';

const flag = z.enum(['0', '1'], { error: 'must be 0 or 1' }).default('0').transform(Number).transform(Boolean);
const list = (one: z.ZodType<number, string>) =>
  z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(one));

const { RUN_EVENTS, SEED } = BenchConfig.shape;

const CompareConfig = Surroundings.extend({
  RUN_EVENTS,
  SEED,
  /** The mode that runs now: of one visit. */
  MODE: z.string().default('all'),
  /** From the start of its processes until it was ready; only who starts them knows. */
  STARTUP_MS: whole(0, 600_000).optional(),
  /** By default all; the quick grid without controls. */
  MODES: z
    .string()
    .transform((text) => [...new Set(text.split(','))].sort())
    .pipe(z.array(z.enum(contenderNames, { error: `must be some of ${contenderNames.join(',')}` })).min(1))
    .optional(),
  QUICK: flag,
  FRESH: flag,
  /** Fewer have no range worth the name. */
  REPETITIONS: whole(3, 100).default(3),
  /** What the order of the visits is drawn from; by default another number in every run. */
  ORDER: whole(0, 0xffff_ffff).optional(),
  /** Instead of the grid's: lists of sizes and of connections, seconds of load in a cell. */
  OPS: list(whole(1, workload.maxSize.queued)).optional(),
  CONNECTIONS: list(whole(1, 10_000)).optional(),
  DURATION: seconds(0.1, 3600).optional(),
  CHUNKS: whole(1, workload.maxChunks).default(8),
  /** What the services are told, for the record: it makes another comparison. */
  KERNEL: z.string().default('auto'),
  CONCURRENCY: z.string().optional(),
});
export type CompareConfig = z.infer<typeof CompareConfig>;

/** Reads the settings, or returns one line for every setting that is wrong. */
export function readCompareConfig(env: NodeJS.ProcessEnv): Read<CompareConfig> {
  return readBy(CompareConfig, env, (right) => [
    ...fileProblems('CONNECTIONS', Math.max(0, ...(right.CONNECTIONS ?? [])), DEFAULT_CONNECTIONS),
    ...folderProblems(right.RESULTS_DIR),
    ...caProblems(right),
  ]);
}

/** Everything that a figure depends on: only runs that agree in this may share a journal. */
export const Settings = z.object({
  modes: z.array(z.string()),
  grid: Grid,
  repetitions: z.int().min(1),
  /** Null where any order will do. */
  order: z.int().nullable(),
  chunks: z.int().min(1),
  kernel: z.string(),
  threads: z.int().nullable(),
  concurrency: z.string().nullable(),
  /** Number of the first case. */
  from: z.int(),
  runtime: z.string(),
  commit: z.string(),
  cpus: z.object({ service: z.string(), generator: z.string(), redis: z.string() }),
  machine: z.object({ cpu: z.string(), cores: z.int() }),
});
export type Settings = z.infer<typeof Settings>;

export function settingsOf(config: CompareConfig): Settings {
  const { cpu, cores } = machine();
  return {
    modes: config.MODES ?? contenderNames.filter((name) => isChoice(name) || !config.QUICK).sort(),
    grid: gridOf(config),
    repetitions: config.REPETITIONS,
    order: config.ORDER ?? null,
    chunks: config.CHUNKS,
    kernel: config.KERNEL,
    threads: config.THREADS ?? null,
    concurrency: config.CONCURRENCY ?? null,
    from: config.SEED,
    runtime: config.RUNTIME,
    commit: config.COMMIT,
    cpus: { service: config.SERVICE_CPUS, generator: config.GENERATOR_CPUS, redis: config.REDIS_CPUS },
    machine: { cpu, cores },
  };
}

/** Every mode once, and of each little more than its kernel: what `make calibrate` prints beside the ceilings. */
export function calibrationOf(config: CompareConfig): Settings {
  return { ...settingsOf({ ...config, QUICK: true }), grid: GRIDS.calibration, repetitions: 1 };
}

export function hashOf(settings: Settings): string {
  return createHash('sha256')
    .update(JSON.stringify(Settings.parse(settings)))
    .digest('hex')
    .slice(0, 16);
}

function gridOf({ QUICK, OPS, CONNECTIONS, DURATION }: CompareConfig): Grid {
  const grid: Grid = QUICK ? GRIDS.quick : GRIDS.full;
  if (!OPS && !CONNECTIONS && DURATION === undefined) return grid;
  const sizes = OPS
    ? OPS.map((ops) => ({ ops, connections: CONNECTIONS ?? [1, 10] }))
    : grid.sizes.map((size) => ({ ...size, connections: CONNECTIONS ?? size.connections }));
  const cellS = DURATION ?? grid.cellS;
  return { ...grid, name: `${grid.name}, changed`, sizes, cellS, cellLimitS: Math.max(cellS, grid.cellLimitS) };
}
