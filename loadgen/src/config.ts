/** The generator's settings: one schema, the only reader of the environment. */
import { DEFAULT_TASK, MAX_CHUNKS, MAX_OPS_QUEUED } from '@heavy-lifter/gateway/contract';
import { z } from 'zod';
import { Failure } from './failure.ts';

const number = (min: number, max: number, form: RegExp, what: string) => {
  const error = `must be ${what} from ${min} to ${max}`;
  return z
    .string()
    .regex(form, { error })
    .transform(Number)
    .refine((n) => n >= min && n <= max, { error });
};
export const whole = (min: number, max: number) => number(min, max, /^\d{1,15}$/, 'a whole number');
export const seconds = (min: number, max: number) => number(min, max, /^\d{1,6}(\.\d+)?$/, 'seconds');
const url = (protocol: RegExp, example: string) => z.url({ protocol, error: `must be a URL such as ${example}` });

/** `name=url,name=url`: where each service's metrics are. */
const services = z.string().transform((text, context) =>
  text
    .split(',')
    .filter(Boolean)
    .map((part) => {
      const [name = '', address = ''] = part.split(/=(.*)/s);
      if (!name || !URL.canParse(address)) context.addIssue({ code: 'custom', message: `"${part}" is not name=url` });
      return { name, url: address };
    }),
);

export const Config = z.object({
  MODE: z.string().regex(/^[a-z][a-z0-9-]*$/, { error: 'must name a mode' }),
  RUNTIME: z.enum(['local', 'docker']).default('local'),
  GATEWAY_URL: url(/^http$/, 'http://127.0.0.1:3000').default('http://127.0.0.1:3000'),
  SERVICES: services.default([]),
  REDIS_URL: url(/^rediss?$/, 'redis://127.0.0.1:6390').optional(),
  /** How long to wait for the gateway to be ready. */
  READY_LIMIT: seconds(0, 600).default(30),
  CONNECTIONS: whole(1, 10_000).default(100),
  DURATION: seconds(0.5, 86_400).default(10),
  WARMUP: seconds(0, 600).default(2),
  /** When the client gives a request up; by default it waits beyond the end of the load. */
  TIMEOUT: seconds(1, 86_400).optional(),
  /** Requests a second on a schedule; 0 is the closed loop. */
  RATE: whole(0, 100_000).default(0),
  OPS: whole(1, MAX_OPS_QUEUED).default(DEFAULT_TASK.ops),
  CHUNKS: whole(1, MAX_CHUNKS).default(DEFAULT_TASK.chunks),
  /** The first request's seed; each further one has the next. */
  SEED: whole(0, 0xffff_ffff).default(DEFAULT_TASK.seed),
  /** How long to wait for a backlog. */
  DRAIN_LIMIT: seconds(0, 86_400).default(20),
  /** Length of the paced phase after a queue's drain; 0 leaves it out. */
  PACED: seconds(0, 600).default(4),
  RESULTS_DIR: z.string().min(1).default('results'),
  /** The CPU plan as lists ("0-3,6"), for the report; empty where nothing is pinned. */
  SERVICE_CPUS: z.string().default(''),
  GENERATOR_CPUS: z.string().default(''),
  REDIS_CPUS: z.string().default(''),
  THREADS: whole(1, 1024).optional(),
  /** The runner's log of what happened to the services, one JSON object a line. */
  RUN_EVENTS: z.string().optional(),
  METRICS_PORT: whole(0, 65_535).default(9467),
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
  READY_LIMIT: true,
  RESULTS_DIR: true,
  THREADS: true,
  SERVICE_CPUS: true,
  GENERATOR_CPUS: true,
  REDIS_CPUS: true,
  ENGINE: true,
  COMMIT: true,
});

/** What reading settings comes to: `problems` has one line for every setting that is wrong. */
export type Read<T> = { config: T } | { problems: string[] };

export function readConfig(env: NodeJS.ProcessEnv): Read<Config> {
  return parse(Config, env);
}

/** Reads settings by any schema that has these, and holds them against each other. */
export function parse<T extends Pick<Config, 'OPS' | 'CHUNKS' | 'MODE' | 'REDIS_URL'>>(
  schema: z.ZodType<T>,
  env: NodeJS.ProcessEnv,
): Read<T> {
  const read = readBy(schema, env);
  if ('problems' in read) return read;
  const { OPS, CHUNKS, MODE, REDIS_URL } = read.config;
  const problems = [];
  if (CHUNKS > OPS) problems.push('CHUNKS: must not exceed OPS');
  if (MODE === 'queue' && !REDIS_URL) problems.push('REDIS_URL: needed in mode queue, to learn completions');
  return problems.length > 0 ? { problems } : read;
}

/** Reads settings by any schema. */
export function readBy<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv): Read<T> {
  const { data, error } = schema.safeParse(env);
  if (!error) return { config: data };
  return { problems: error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`) };
}

/** The settings themselves. Throws a `Failure` that lists what is wrong with them. */
export function valid<T>(read: Read<T>): T {
  if ('problems' in read) throw new Failure(`invalid settings:\n  ${read.problems.join('\n  ')}`);
  return read.config;
}
