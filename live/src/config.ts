/** The live page's settings: one schema, the only reader of the environment. An empty variable is none. */
import { caProblems, redisCaFile, redisUrl } from '@heavy-lifter/gateway/redis-address';
import { port, type Read, readBy, url } from '@heavy-lifter/gateway/settings';
import { services } from '@heavy-lifter/loadgen/bench/config';
import { z } from 'zod';

const LANE = /^[a-z][a-z0-9-]{0,31}$/;
const TOKEN = /^[A-Za-z0-9_-]{32,128}$/;

const told = z.string().optional();
/** What services were told, for the page to show; what is right they say themselves. */
const Told = z.object({
  THREADS: told,
  MAX_QUEUE: told,
  MAX_IN_FLIGHT: told,
  MAX_WAITING: told,
  MAX_WAITING_S: told,
  MAX_LIVE_THREADS: told,
  REQUEST_TIMEOUT_MS: told,
  COMPUTE_NICE: told,
  KERNEL: told,
  LOCK_MS: told,
  STALLED_CHECK_MS: told,
});
export const TOLD = Told.keyof().options;

const Config = z.object({
  ...Told.shape,
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3100),
  /** Whoever may command has it; it comes in the fragment of the page's address. */
  TOKEN: z
    .string({ error: 'is needed: 32 to 128 letters, digits, - and _' })
    .regex(TOKEN, { error: 'must be 32 to 128 letters, digits, - and _' }),
  /** `name=url,name=url`: the lanes and their gateways, in the page's order. */
  LANES: services,
  /** The same of the services and their admin ports. */
  SERVICES: services.default([]),
  /** Of the lane `queue`. */
  REDIS_URL: redisUrl.optional(),
  REDIS_CA_FILE: redisCaFile.optional(),
  RUNTIME: z.enum(['local', 'docker']).default('local'),
  SERVICE_CPUS: z.string().default(''),
  GENERATOR_CPUS: z.string().default(''),
  COMMIT: z.string().default('unknown'),
  /** Whether the load goes to one lane after the other from the start. */
  SOLO: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .default('off')
    .transform((text) => text === 'on'),
  CONTROL_SOCKET: z.string().optional(),
  OPERATOR_URL: url(/^http$/, 'http://operator:4100').optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
export type Config = z.infer<typeof Config>;

export function readConfig(env: NodeJS.ProcessEnv): Read<Config> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  return readBy(Config, given, (right) => [
    ...laneProblems(right),
    ...caProblems(right),
    ...(right.RUNTIME === 'docker' && !right.OPERATOR_URL ? ['OPERATOR_URL: needed where RUNTIME is docker'] : []),
    ...(right.RUNTIME === 'local' && !right.CONTROL_SOCKET ? ['CONTROL_SOCKET: needed where RUNTIME is local'] : []),
  ]);
}

function laneProblems({ LANES, REDIS_URL }: Partial<Config>): string[] {
  if (!LANES) return [];
  const names = LANES.map(({ name }) => name);
  const problems = names.filter((name) => !LANE.test(name)).map((name) => `LANES: ${name} is no name of a lane`);
  if (names.length === 0) problems.push('LANES: at least one is needed, e.g. pool=http://127.0.0.1:3002');
  if (new Set(names).size < names.length) problems.push('LANES: a lane is named twice');
  if (names.includes('queue') && !REDIS_URL) problems.push('REDIS_URL: needed for the lane queue');
  return problems;
}
