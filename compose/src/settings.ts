/** What the user asks of the runner: make's variables, checked once, and the services' shared settings. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { modeNames } from '@heavy-lifter/gateway/mode-names';
import { z } from 'zod';
import { UserError } from './errors.ts';

export const root = new URL('../../', import.meta.url).pathname.replace(/\/$/, '');
export const runDir = join(root, '.run');

/** The original's four architectures, side by side under MODE=all and one after the other in the scoreboard. */
export const architectures = ['unpooled', 'pool', 'microservice', 'queue'];

/** Not a mode: the stack in which this machine's ceilings are measured, for `make compare` and `make calibrate`. */
export const CEILINGS = 'ceilings';

const port = (byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, { error: 'must be a port' })
    .transform(Number)
    .refine((n) => n > 0 && n < 65_536, { error: 'must be a port' })
    .default(byDefault);
const cpuList = z.string().regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/, { error: 'must be a list of CPUs such as 0-3,6' });

const replicas = z
  .string()
  .regex(/^([1-9]|1[0-6])$/, { error: 'must be a number from 1 to 16' })
  .transform(Number)
  .default(1);

const Settings = z.object({
  MODE: z
    .enum(['all', CEILINGS, ...modeNames], { error: `must be one of ${modeNames.join(', ')}, all` })
    .default('queue'),
  PORT: port(3000),
  PORT_UNPOOLED: port(3001),
  PORT_POOL: port(3002),
  PORT_MICROSERVICE: port(3003),
  PORT_QUEUE: port(3004),
  ADMIN_PORT: port(9464),
  ADMIN_PORT_UNPOOLED: port(9471),
  ADMIN_PORT_POOL: port(9472),
  ADMIN_PORT_MICROSERVICE: port(9473),
  ADMIN_PORT_QUEUE: port(9474),
  MICROSERVICE_PORT: port(4000),
  MICROSERVICE_ADMIN_PORT: port(9465),
  WORKER_ADMIN_PORT: port(9466),
  METRICS_PORT: port(9467),
  REDIS_PORT: port(6390),
  OBSERVABILITY: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  PROMETHEUS_PORT: port(9090),
  REDIS_EXPORTER_PORT: port(9121),
  GRAFANA_PORT: port(3030),
  /** CPUs for the services; the rest are the generator's. */
  CPUS: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, { error: 'must be a number of CPUs' })
    .transform(Number)
    .optional(),
  REDIS_CPUS: cpuList.optional(),
  THREADS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, { error: 'must be a number of threads' })
    .optional(),
  CONCURRENCY: z.string().optional(),
  /** How many of each there are, on one queue and behind one port. */
  WORKERS: replicas,
  GATEWAYS: replicas,
  /** Redis is started with the means for a slow or a full disk (loadgen/src/chaos/bad_disk.rs). */
  DISK_FAULT_FILE: z.string().optional(),
  SERVICE: z.string().optional(),
  SIGNAL: z
    .string()
    .regex(/^[A-Z]+\d?$/, { error: 'must be a signal such as KILL or TERM' })
    .default('KILL'),
  FOLLOW: z.string().optional(),
  /** Of the scoreboard, instead of the four architectures; checked by run.sh. */
  MODES: z.string().optional(),
  /** Two results to hold against each other. */
  A: z.string().optional(),
  B: z.string().optional(),
});
export type Settings = z.infer<typeof Settings>;

/** The settings that hold a gateway's ports: side by side each mode has its own. */
export function portNames(mode: string, { MODE }: Settings): { port: 'PORT'; adminPort: 'ADMIN_PORT' } {
  const suffix = (MODE === 'all' ? `_${mode.toUpperCase()}` : '') as '';
  return { port: `PORT${suffix}`, adminPort: `ADMIN_PORT${suffix}` };
}

/** Throws a `UserError` that lists every setting that is wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  // `make PORT=` means: as if it were not there.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = Settings.safeParse(given);
  if (parsed.success) {
    const { MODE, WORKERS, GATEWAYS } = parsed.data;
    if (MODE !== 'queue' && WORKERS + GATEWAYS > 2) throw new UserError('WORKERS and GATEWAYS need MODE=queue');
    return parsed.data;
  }
  throw new UserError(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'));
}

export interface Shared {
  /** Passed to every service. */
  readonly env: Record<string, string>;
  /** Bytes. */
  readonly memory: Record<'gateway' | 'unpooled' | 'rust' | 'redis', number>;
}

/** `services.env`, with what the user set instead. */
export function readShared(env: NodeJS.ProcessEnv): Shared {
  const defaults = parseEnv(readFileSync(join(root, 'compose/services.env'), 'utf8')) as Record<string, string>;
  const shared = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, env[name] || value]));
  const { GATEWAY_MEMORY, UNPOOLED_MEMORY, RUST_MEMORY, REDIS_MEMORY, ...services } = shared;
  const memory = {
    gateway: bytes('GATEWAY_MEMORY', GATEWAY_MEMORY),
    unpooled: Math.min(bytes('UNPOOLED_MEMORY', UNPOOLED_MEMORY), totalmem() / 2),
    rust: bytes('RUST_MEMORY', RUST_MEMORY),
    redis: bytes('REDIS_MEMORY', REDIS_MEMORY),
  };
  return { env: services, memory };
}

function bytes(name: string, text = ''): number {
  const [, value, unit] = /^(\d+)([mg])$/.exec(text) ?? [];
  if (!value) throw new UserError(`${name} must be a size such as 512m or 4g`);
  return Number(value) * 2 ** (unit === 'g' ? 30 : 20);
}
