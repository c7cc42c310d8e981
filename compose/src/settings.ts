/** What the user asks of the runner: make's variables, checked once, and the services' shared settings. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { modeNames } from '@heavy-lifter/gateway/mode-names';
import { readBy } from '@heavy-lifter/gateway/settings';
import { z } from 'zod';
import { UserError } from './errors.ts';
import { CEILINGS, LIVE, sideBySide } from './modes.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const runDir = join(root, '.run');

/** Under this no program of the stack starts. */
const MIN_MEMORY = 16 * 2 ** 20;

const port = (byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, { error: 'must be a port' })
    .transform(Number)
    .refine((n) => n > 0 && n < 65_536, { error: 'must be a port' })
    .default(byDefault);
/** Of the first of the modes side by side; each further one has the next. */
const FIRST_PORT = 3001;
const FIRST_ADMIN_PORT = 9471;

const cpuList = z
  .string()
  .regex(/^\d{1,4}(-\d{1,4})?(,\d{1,4}(-\d{1,4})?)*$/, { error: 'must be a list of CPUs such as 0-3,6' });

const replicas = z
  .string()
  .regex(/^([1-9]|1[0-6])$/, { error: 'must be a number from 1 to 16' })
  .transform(Number)
  .default(1);

/** PORT_POOL, ADMIN_PORT_POOL and so on. Named by `portNames` only. */
const portsSideBySide = Object.fromEntries(
  sideBySide.flatMap((mode, n) => [
    [`PORT_${mode.toUpperCase()}`, port(FIRST_PORT + n)],
    [`ADMIN_PORT_${mode.toUpperCase()}`, port(FIRST_ADMIN_PORT + n)],
  ]),
) as Record<never, never>;

const Settings = z.object({
  MODE: z
    .enum(['all', CEILINGS, LIVE, ...modeNames], { error: `must be one of ${modeNames.join(', ')}, all` })
    .default('queue'),
  PORT: port(3000),
  ADMIN_PORT: port(9464),
  ...portsSideBySide,
  MICROSERVICE_PORT: port(4000),
  MICROSERVICE_ADMIN_PORT: port(9465),
  WORKER_ADMIN_PORT: port(9466),
  METRICS_PORT: port(9467),
  REDIS_PORT: port(6390),
  LIVE_PORT: port(3100),
  /** Whoever has it may do what the page can; another one each time. */
  LIVE_TOKEN: z
    .string()
    .regex(/^[\w-]{32,}$/, { error: 'must be 32 letters or digits, or more' })
    .default(() => randomBytes(32).toString('hex')),
  /** The load goes to one lane at a time, in turn. By default where they have to share cores. */
  SOLO: z.enum(['on', 'off'], { error: 'must be on or off' }).optional(),
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
  /** What the service of MODE=microservice is written in. */
  IMPLEMENTATION: z.enum(['js', 'rust'], { error: 'must be js or rust' }).default('rust'),
  /** How many of each there are, on one queue and behind one port. */
  WORKERS: replicas,
  GATEWAYS: replicas,
  /** Redis is started with the means for a slow or a full disk (loadgen/src/engine/bad_disk.rs). */
  DISK_FAULT_FILE: z.string().optional(),
  SERVICE: z.string().optional(),
  SIGNAL: z
    .string()
    .refine((name) => `SIG${name}` in constants.signals, { error: 'must be a signal such as KILL or TERM' })
    .default('KILL'),
  FOLLOW: z.string().optional(),
  /** Of the scoreboard, instead of the four architectures, and the lanes of LIVE; checked by run.sh. */
  MODES: z.string().optional(),
  /** Two results to hold against each other. */
  A: z.string().optional(),
  B: z.string().optional(),
});
export type Settings = z.infer<typeof Settings>;

/** A size of memory. */
const size = z
  .string()
  .regex(/^\d{1,6}[mg]$/, { error: 'must be a size such as 512m or 4g' })
  .transform((text) => Number(text.slice(0, -1)) * 2 ** (text.endsWith('g') ? 30 : 20))
  .refine((bytes) => bytes >= MIN_MEMORY, { error: `must be at least ${MIN_MEMORY / 2 ** 20}m` });
const Memory = z.object({ GATEWAY_MEMORY: size, UNPOOLED_MEMORY: size, RUST_MEMORY: size, REDIS_MEMORY: size });

export interface Shared {
  /** Passed to every service. */
  readonly env: Record<string, string>;
  /** Bytes. */
  readonly memory: Record<'gateway' | 'unpooled' | 'rust' | 'redis', number>;
}

/** `problems` has a line for every setting that is wrong; in its place stands the default, so that the rest can be looked at. */
export interface Asked {
  readonly settings: Settings;
  readonly shared: Shared;
  readonly problems: string[];
}

export function readAsked(env: NodeJS.ProcessEnv): Asked {
  // `make PORT=` means: as if it were not there.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const defaults = parseEnv(readFileSync(join(root, 'compose/services.env'), 'utf8')) as Record<string, string>;
  const { config: settings, problems } = readAround(Settings, given, {}, (right) => {
    const { MODE, WORKERS = 1, GATEWAYS = 1, IMPLEMENTATION } = right;
    if (MODE === undefined) return [];
    const copies = MODE === 'queue' ? [] : Object.entries({ WORKERS, GATEWAYS }).filter(([, n]) => n > 1);
    return [
      ...copies.map(([name]) => `${name}: needs MODE=queue`),
      ...(IMPLEMENTATION === 'js' && MODE !== 'microservice'
        ? ['IMPLEMENTATION: needs MODE=microservice to be js']
        : []),
    ];
  });
  const { config: memory, problems: ofMemory } = readAround(Memory, given, defaults);
  const names = Object.keys(defaults).filter((name) => !(name in Memory.shape));
  const shared = {
    env: Object.fromEntries(names.map((name) => [name, given[name] ?? defaults[name] ?? ''])),
    memory: {
      gateway: memory.GATEWAY_MEMORY,
      unpooled: Math.min(memory.UNPOOLED_MEMORY, totalmem() / 2),
      rust: memory.RUST_MEMORY,
      redis: memory.REDIS_MEMORY,
    },
  };
  return { settings, shared, problems: [...problems, ...ofMemory] };
}

/** Reads what is right, with defaults for what is wrong. */
function readAround<S extends z.ZodObject>(
  schema: S,
  given: Record<string, string | undefined>,
  defaults: Record<string, string>,
  together?: (right: Partial<z.output<S>>) => string[],
): { config: z.output<S>; problems: string[] } {
  const read = readBy(schema, { ...defaults, ...given }, together);
  if ('config' in read) return { ...read, problems: [] };
  const wrong = new Set(read.problems.map(variableOf));
  const right = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  const { config } = { config: {} as z.output<S>, ...readBy(schema, { ...defaults, ...right }) };
  return { config, problems: read.problems };
}

/** The variable that a line of problems begins with. */
export const variableOf = (problem: string): string => /^\w*/.exec(problem)?.[0] ?? '';

/** Each variable once, in the words of whoever named it first; a colon is for logs. */
export function refusal(problems: readonly string[]): UserError {
  const first = new Map(problems.toReversed().map((line) => [variableOf(line), line]));
  const lines = problems.filter((line) => first.get(variableOf(line)) === line);
  return new UserError([...new Set(lines)].map((line) => line.replace(/^(\w+): /, '$1 ')).join('\n'));
}

/** Throws a `UserError` that lists every setting that is wrong. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return asked(env).settings;
}

/** `services.env`, with what the user set instead. Throws like `readSettings`. */
export function readShared(env: NodeJS.ProcessEnv): Shared {
  return asked(env).shared;
}

function asked(env: NodeJS.ProcessEnv): Asked {
  const read = readAsked(env);
  if (read.problems.length > 0) throw refusal(read.problems);
  return read;
}
