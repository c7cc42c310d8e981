/** The generator's settings: one schema, the only reader of the environment. */

import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { caProblems, type RedisAddress, redisCaFile, redisUrl, withCa } from '@heavy-lifter/gateway/redis-address';
import { fileProblems, port, type Read, readBy, seconds, url, whole } from '@heavy-lifter/gateway/settings';
import { workload } from '@heavy-lifter/workloads';
import { z } from 'zod';
import { Failure } from '../failure.ts';

export const DEFAULT_CONNECTIONS = 100;

/** `name=url,name=url`: where each service's metrics are. */
export const services = z.string().transform((text, context) =>
  text
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [name = '', address = ''] = part.split(/=(.*)/s);
      if (!name || !URL.canParse(address)) context.addIssue({ code: 'custom', message: `"${part}" is not name=url` });
      return { name, url: address };
    }),
);

/** `10%`, or `10`, as 0.1. */
const percentage = z
  .string()
  .regex(/^\d{1,3}(?:\.\d+)?%?$/, { error: 'must be a percentage, for example 10%' })
  .transform((text) => Number.parseFloat(text) / 100);

export const Config = z.object({
  MODE: z.string().regex(/^[a-z][a-z0-9-]*$/, { error: 'must name a mode' }),
  RUNTIME: z.enum(['local', 'docker']).default('local'),
  GATEWAY_URL: url(/^http$/, 'http://127.0.0.1:3000').default('http://127.0.0.1:3000'),
  SERVICES: services.default([]),
  REDIS_URL: redisUrl.optional(),
  REDIS_CA_FILE: redisCaFile.optional(),
  /** How long to wait for the gateway to be ready. */
  READY_LIMIT: seconds(0, 600).default(30),
  CONNECTIONS: whole(1, 10_000).default(DEFAULT_CONNECTIONS),
  DURATION: seconds(0.5, 86_400).default(10),
  WARMUP: seconds(0, 600).default(2),
  /** Length of each of the two phases before the load: the bystander alone, and `/non-blocking` alone. */
  QUIET: seconds(0.1, 600).default(2),
  /** When the client gives a request up; by default it waits beyond the end of the load. */
  TIMEOUT: seconds(1, 86_400).optional(),
  /** Requests a second on a schedule; 0 is the closed loop. */
  RATE: whole(0, 100_000).default(0),
  OPS: whole(1, workload.maxSize.queued).default(workload.sizeOf(workload.defaultTask)),
  CHUNKS: whole(1, workload.maxChunks).default(workload.chunksOf(workload.defaultTask)),
  /** The number of the first request's case; each further one has the next. */
  SEED: whole(0, 0xffff_ffff).default(0),
  /** How long to wait for a backlog. */
  DRAIN_LIMIT: seconds(0, 86_400).default(20),
  /** Length of the paced phase after a queue's drain; 0 leaves it out. */
  PACED: seconds(0, 600).default(4),
  /** How often the whole bench is done. */
  REPEAT: whole(1, 100).default(1),
  RESULTS_DIR: z.string().min(1).default('results'),
  /** The folder of an earlier bench: then a task that costs more CPU time than it may is a failure. */
  BASELINE: z.string().min(1).optional(),
  /** How much more that is, as a part. */
  MAX_REGRESSION: percentage.default(0.1),
  /** The CPU plan as lists ("0-3,6"), for the report; empty where nothing is pinned. */
  SERVICE_CPUS: z.string().default(''),
  GENERATOR_CPUS: z.string().default(''),
  REDIS_CPUS: z.string().default(''),
  THREADS: whole(1, 1024).optional(),
  /** The runner's log of what happened to the services, one JSON object a line. */
  RUN_EVENTS: z.string().optional(),
  METRICS_PORT: port.default(9467),
  METRICS_HOST: z.string().default('127.0.0.1'),
  /** The container engine's version, where there is one. */
  ENGINE: z.string().optional(),
  COMMIT: z.string().default('unknown'),
});
export type Config = z.infer<typeof Config>;

/** What the runner tells every program: where things are and what they run on. */
export const Surroundings = Config.pick({
  RUNTIME: true,
  GATEWAY_URL: true,
  SERVICES: true,
  REDIS_URL: true,
  REDIS_CA_FILE: true,
  READY_LIMIT: true,
  RESULTS_DIR: true,
  THREADS: true,
  SERVICE_CPUS: true,
  GENERATOR_CPUS: true,
  REDIS_CPUS: true,
  ENGINE: true,
  COMMIT: true,
});

/** The Redis of the queue, where there is one. */
export function redisOf({ REDIS_URL, REDIS_CA_FILE }: RedisSettings): RedisAddress | undefined {
  return REDIS_URL && withCa(REDIS_URL, REDIS_CA_FILE);
}

type RedisSettings = Pick<Config, 'REDIS_URL' | 'REDIS_CA_FILE'>;

export function readConfig(env: NodeJS.ProcessEnv): Read<Config> {
  return readBy(Config, env, (right) => [
    ...taskProblems(right),
    ...caProblems(right),
    ...fileProblems('CONNECTIONS', right.CONNECTIONS ?? 0, DEFAULT_CONNECTIONS),
    ...folderProblems(right.RESULTS_DIR),
  ]);
}

/** What is wrong with a load in a mode: each setting may be right alone. */
export function taskProblems({
  OPS,
  CHUNKS,
  MODE,
  REDIS_URL,
}: Partial<Pick<Config, 'OPS' | 'CHUNKS' | 'MODE' | 'REDIS_URL'>>): string[] {
  const problems = [];
  if (OPS !== undefined && CHUNKS !== undefined && CHUNKS > OPS) problems.push('CHUNKS: must not exceed OPS');
  if (OPS !== undefined && OPS > workload.maxSize.direct && MODE !== undefined && MODE !== 'queue')
    problems.push(`OPS: must not exceed ${workload.maxSize.direct} in mode ${MODE}`);
  if (MODE === 'queue' && !REDIS_URL) problems.push('REDIS_URL: needed in mode queue, to learn completions');
  return problems;
}

/** Why results could not be written there: to be known before something is measured. */
export function folderProblems(folder: string | undefined): string[] {
  for (let path = resolve(folder ?? ''); ; path = dirname(path)) {
    if (!existsSync(path)) continue;
    try {
      // With a dot, as what is no folder has no entries.
      accessSync(`${path}/.`, constants.W_OK);
      return [];
    } catch (error) {
      return [`RESULTS_DIR: ${folder} cannot be written (${(error as NodeJS.ErrnoException).code})`];
    }
  }
}

/** The settings themselves. Throws a `Failure` that lists what is wrong with them. */
export function valid<T>(read: Read<T>): T {
  if ('problems' in read) throw new Failure(`invalid settings:\n  ${read.problems.join('\n  ')}`);
  return read.config;
}
