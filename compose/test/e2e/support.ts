/** The project as a user has it: `make` in the checkout, on ports of its own, under the runtime that E2E_RUNTIME names. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { Result } from '../../../loadgen/src/bench/result.ts';
import { root } from '../../src/settings.ts';

export const runtime = process.env.E2E_RUNTIME === 'docker' ? 'docker' : 'local';
/** Not that of a user, whose containers may run. */
export const project = 'heavy-lifter-e2e';

/** Both runtimes are tested at once. */
const port = (number: number) => String(runtime === 'docker' ? number + 500 : number);

/** Away from the defaults, where a user's own stack may run. */
export const ports = {
  PORT: port(23_000),
  PORT_UNPOOLED: port(23_001),
  PORT_POOL: port(23_002),
  PORT_MICROSERVICE: port(23_003),
  PORT_QUEUE: port(23_004),
  PORT_INLINE: port(23_005),
  PORT_WASM: port(23_006),
  PORT_NATIVE: port(23_007),
  ADMIN_PORT: port(29_464),
  ADMIN_PORT_UNPOOLED: port(29_471),
  ADMIN_PORT_POOL: port(29_472),
  ADMIN_PORT_MICROSERVICE: port(29_473),
  ADMIN_PORT_QUEUE: port(29_474),
  ADMIN_PORT_INLINE: port(29_475),
  ADMIN_PORT_WASM: port(29_476),
  ADMIN_PORT_NATIVE: port(29_477),
  LIVE_PORT: port(23_100),
  MICROSERVICE_PORT: port(24_000),
  MICROSERVICE_ADMIN_PORT: port(29_465),
  WORKER_ADMIN_PORT: port(29_466),
  METRICS_PORT: port(29_467),
  REDIS_PORT: port(26_390),
  PROMETHEUS_PORT: port(29_090),
  REDIS_EXPORTER_PORT: port(29_121),
  GRAFANA_PORT: port(23_030),
};

/** What every target is told; pictures have a test of their own. */
const common = { RUNTIME: runtime, COMPOSE_PROJECT_NAME: project, OBSERVABILITY: 'off' };

/** Short, but every phase of a real run; a hundred callers leave `unpooled` threads to work off for minutes. */
export const short = {
  CONNECTIONS: '20',
  OPS: '200000',
  DURATION: '1',
  WARMUP: '0.5',
  QUIET: '0.5',
  PACED: '1',
  DRAIN_LIMIT: '5',
  RESULTS_DIR: mkdtempSync(join(tmpdir(), 'heavy-lifter-results-')),
};

export const gatewayUrl = `http://127.0.0.1:${ports.PORT}`;

export interface Made {
  readonly code: number | null;
  readonly output: string;
}

/** Begins a make target in a process group of its own, as a terminal does. */
export function begin(target: string, variables: Record<string, string> = {}, checkout = root) {
  const settings = Object.entries({ ...ports, ...common, ...variables }).map(([name, value]) => `${name}=${value}`);
  // The test runner has a MODE of its own in the environment, and an outer make has opinions for inner ones.
  const { MODE: _mode, MAKEFLAGS: _flags, MAKELEVEL: _level, MFLAGS: _mflags, ...env } = process.env;
  const child = spawn('make', [target, ...settings], {
    cwd: checkout,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended: Promise<Made> = once(child, 'close').then(([code]) => ({ code, output }));
  return { ended, output: () => output, interrupt: () => process.kill(-(child.pid as number), 'SIGINT') };
}

export function make(target: string, variables: Record<string, string> = {}, checkout = root): Promise<Made> {
  return begin(target, variables, checkout).ended;
}

/** Four gateways, in containers with those who watch. */
export const allModes = { MODE: 'all', OBSERVABILITY: runtime === 'docker' ? 'on' : 'off' };

/**
 * A stack for all tests of a file, started before them unless it runs. It stays: the next file goes on with it or
 * replaces it (order.ts), and what is left at the end leftovers.ts takes down.
 */
export function keepUp(variables: Record<string, string>): void {
  beforeAll(async () => {
    const { code, output } = await make('up', variables);
    expect(code, output).toBe(0);
  });
}

/** The one result of a run that wrote into a folder of its own: a bench's, or what `schema` describes. */
export function onlyResult(resultsDir: string): Result;
export function onlyResult<T>(resultsDir: string, schema: { parse(json: unknown): T }): T;
export function onlyResult(resultsDir: string, schema: { parse(json: unknown): unknown } = Result): unknown {
  const [folder, ...more] = readdirSync(resultsDir);
  if (!folder || more.length > 0) throw new Error(`${resultsDir} holds ${more.length + 1} results`);
  return schema.parse(JSON.parse(readFileSync(join(resultsDir, folder, 'result.json'), 'utf8')));
}

export async function isOpen(port: string): Promise<boolean> {
  const socket = connect(Number(port), '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Ports of the stack on which something still listens. */
export async function openPorts(): Promise<string[]> {
  const open = await Promise.all(Object.values(ports).map(async (port) => ((await isOpen(port)) ? [port] : [])));
  return open.flat();
}

/** What runs of the stack: the processes, or the containers. */
export async function running(): Promise<string[]> {
  if (runtime === 'docker') return docker('ps', '-q', '--filter', `label=com.docker.compose.project=${project}`);
  const { output } = await make('status');
  return [...output.matchAll(/\| (?:healthy|starting)\s+\| (\d+)/g)].map(([, pid]) => String(pid));
}

/** Whether one of them still exists. */
export function isThere(id: string): boolean {
  if (runtime === 'docker') return docker('ps', '-aq', '--filter', `id=${id}`).length > 0;
  try {
    process.kill(Number(id), 0);
    return true;
  } catch {
    return false;
  }
}

/** The lines that the engine's command line prints. */
export function docker(...args: string[]): string[] {
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

/** What the engine knows of containers, images or networks. */
export const inspect = <T>(...ids: string[]): T[] => JSON.parse(docker('inspect', ...ids).join('\n'));

/** The most memory that a service's process has had, where the kernel tells (Linux). */
export async function peakMemory(service: string): Promise<string> {
  const status = runtime === 'docker' ? statusInContainer(service) : await statusOfProcess(service);
  const peaks = [...status.matchAll(/^VmHWM:\s*(\d+) kB/gm)].map(([, kB]) => Number(kB));
  return peaks.length > 0 ? `${Math.round(Math.max(...peaks) / 1024)} MB` : 'unknown';
}

function statusInContainer(service: string): string {
  const filters = [`project=${project}`, `service=${service}`].map((one) => `label=com.docker.compose.${one}`);
  const [id = ''] = docker('ps', '-q', ...filters.flatMap((one) => ['--filter', one]));
  return docker('exec', id, 'sh', '-c', 'cat /proc/[0-9]*/status').join('\n');
}

async function statusOfProcess(service: string): Promise<string> {
  const { output } = await make('status');
  const pid = new RegExp(`^\\| ${service} +\\| \\w+ +\\| (\\d+)`, 'm').exec(output)?.[1];
  return existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
}
