/** The gateway's settings: one schema, the only reader of the environment. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { loadNative } from './compute/native.ts';
import { modeNames } from './mode-names.ts';
import { caProblems, readRedisUrl, redisCaFile, redisUrl } from './redis-address.ts';
import { fileProblems, port, type Read, readBy, url, whole } from './settings.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
const kernels = ['auto', 'scalar', 'sse2', 'avx2', 'avx512', 'neon'] as const;

const DEFAULT_CONNECTIONS = 20_000;

const Config = z.object({
  MODE: z.enum(modeNames, { error: `must be one of ${modeNames.join(', ')}` }),
  HOST: z.string().min(1, { error: 'must be an address' }).default('127.0.0.1'),
  PORT: port.default(3000),
  ADMIN_PORT: port.default(9464),
  /** Lets several gateways listen on PORT, between which the kernel shares out connections (Linux). */
  REUSE_PORT: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((text) => text === 'true'),
  LOG_LEVEL: z.enum(levels, { error: `must be one of ${levels.join(', ')}` }).default('info'),
  /** Compute threads of `pool`, `wasm` and `native`. */
  THREADS: whole(1, 1024).default(() => availableParallelism()),
  /** Nice value of compute threads (Linux), so that accepting comes first. */
  COMPUTE_NICE: whole(0, 19).default(19),
  /** Form of the Rust kernel in `native`; `auto` is the widest that this CPU has. */
  KERNEL: z.enum(kernels, { error: `must be one of ${kernels.join(', ')}` }).default('auto'),
  /** `redis[s]://[[user]:password@]host[:port][/database]`, user and password percent-encoded. */
  REDIS_URL: redisUrl.default(() => readRedisUrl('redis://127.0.0.1:6390')),
  /** Certificates (PEM) that the one of a `rediss://` server is checked against; without it those that Node trusts. */
  REDIS_CA_FILE: redisCaFile.optional(),
  MICROSERVICE_URL: url(/^https?$/, 'http://127.0.0.1:4000').default('http://127.0.0.1:4000'),
  /** Tasks in hand in `pool`, `wasm` and `native`; one more is refused. */
  MAX_QUEUE: whole(1, 1_000_000).default(400),
  /** Calls to the microservice in flight; one more is refused. */
  MAX_IN_FLIGHT: whole(1, 100_000).default(400),
  /** Jobs waiting in Redis; one more is refused. */
  MAX_WAITING: whole(1, 100_000_000).default(500_000),
  /** Seconds of work in jobs that have not ended, by the rate of the last that did; a job for which there is no room is refused. */
  MAX_WAITING_S: whole(1, 31_536_000).default(600),
  /** Idempotency-Keys remembered, each for an hour; a request with one more is refused. 513 bytes of Redis' memory each. */
  MAX_KEYS: whole(1, 100_000_000).default(100_000),
  /** Worker threads alive at once in `unpooled`: what a pids limit is to a container. */
  MAX_LIVE_THREADS: whole(1, 100_000).default(512),
  /** Open sockets, and among them event streams and WebSockets. */
  MAX_CONNECTIONS: whole(1, 1_000_000).default(DEFAULT_CONNECTIONS),
  MAX_STREAMS: whole(1, 1_000_000).default(10_000),
  /** Between two signs of life on a stream; a peer that has not taken one by the next is cut off. */
  HEARTBEAT_MS: whole(10, 600_000).default(15_000),
  /** Longest time for a request to arrive; its head may take half of it. */
  RECEIVE_TIMEOUT_MS: whole(100, 600_000).default(10_000),
  /** Longest time from a request's head to its answer. */
  REQUEST_TIMEOUT_MS: whole(10, 3_600_000).default(30_000),
  /** Longest time from SIGTERM to exit, and the part of it in which new requests are still answered. */
  SHUTDOWN_TIMEOUT_MS: whole(100, 600_000).default(15_000),
  SHUTDOWN_GRACE_MS: whole(0, 600_000).default(1_000),
  COMMIT: z.string().default('unknown'),
});
export type Config = z.infer<typeof Config>;

/** Reads the settings, or returns one line for every setting that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv): Read<Config> {
  return readBy(Config, env, (right) => {
    const { PORT, ADMIN_PORT, MAX_CONNECTIONS = 0, SHUTDOWN_GRACE_MS = 0, SHUTDOWN_TIMEOUT_MS = Infinity } = right;
    const problems = fileProblems('MAX_CONNECTIONS', MAX_CONNECTIONS, DEFAULT_CONNECTIONS);
    // Port 0 is any that is free.
    if (PORT && PORT === ADMIN_PORT) problems.push('ADMIN_PORT: must be another than PORT');
    if (SHUTDOWN_GRACE_MS > SHUTDOWN_TIMEOUT_MS / 2)
      problems.push(`SHUTDOWN_GRACE_MS: must not exceed half of SHUTDOWN_TIMEOUT_MS (${SHUTDOWN_TIMEOUT_MS})`);
    return [...problems, ...caProblems(right), ...nativeProblems(right)];
  });
}

/** Only the addon knows what this CPU can run. */
function nativeProblems({ MODE, KERNEL }: Partial<Config>): string[] {
  if (MODE !== 'native' || !KERNEL) return [];
  try {
    const { Pool } = loadNative();
    new Pool(KERNEL, 1, 0, 1).close();
    return [];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // What the addon refuses begins with the setting's name.
    return [code === 'InvalidArg' ? message : `MODE: ${message}`];
  }
}
