/** The gateway's settings: one schema, the only reader of the environment. */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { modeNames } from './mode-names.ts';

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((n) => n >= min && n <= max, { error: `must be a whole number from ${min} to ${max}` });
const port = whole(0, 65_535);
const url = (protocol: RegExp, example: string) => z.url({ protocol, error: `must be a URL such as ${example}` });
const kernels = ['auto', 'scalar', 'sse2', 'avx2', 'avx512', 'neon'] as const;

const Config = z.object({
  MODE: z.enum(modeNames, { error: `must be one of ${modeNames.join(', ')}` }),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(3000),
  ADMIN_PORT: port.default(9464),
  /** Lets several gateways listen on PORT, between which the kernel shares out connections (Linux). */
  REUSE_PORT: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((text) => text === 'true'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Compute threads of `pool`, `wasm` and `native`. */
  THREADS: whole(1, 1024).default(() => availableParallelism()),
  /** Nice value of compute threads (Linux), so that accepting comes first. */
  COMPUTE_NICE: whole(0, 19).default(19),
  /** Form of the Rust kernel in `native`; `auto` is the widest that this CPU has. */
  KERNEL: z.enum(kernels, { error: `must be one of ${kernels.join(', ')}` }).default('auto'),
  REDIS_URL: url(/^rediss?$/, 'redis://127.0.0.1:6390').default('redis://127.0.0.1:6390'),
  MICROSERVICE_URL: url(/^https?$/, 'http://127.0.0.1:4000').default('http://127.0.0.1:4000'),
  /** Tasks in hand in `pool`, `wasm` and `native`; one more is refused. */
  MAX_QUEUE: whole(1, 1_000_000).default(400),
  /** Calls to the microservice in flight; one more is refused. */
  MAX_IN_FLIGHT: whole(1, 100_000).default(400),
  /** Jobs waiting in Redis; one more is refused. */
  MAX_WAITING: whole(1, 100_000_000).default(500_000),
  /** Worker threads alive at once in `unpooled`: what a pids limit is to a container. */
  MAX_LIVE_THREADS: whole(1, 100_000).default(512),
  /** Open sockets, and among them event streams and WebSockets. */
  MAX_CONNECTIONS: whole(1, 1_000_000).default(20_000),
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
export function readConfig(env: NodeJS.ProcessEnv): { config: Config } | { problems: string[] } {
  const parsed = Config.safeParse(env);
  if (parsed.success) return { config: parsed.data };
  return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) };
}
