/** Real neighbours for tests: a Redis of their own, the Rust binaries as built. Each dies with its test file. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { waitFor } from './wait.ts';

export interface Neighbour {
  readonly url: string;
  readonly adminUrl: string;
  readonly log: () => string;
  /** Ends it and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same address, with the same data, once it has ended. */
  restart(): Promise<void>;
}

/** Below what systems take for outgoing connections, and apart from the ports of end-to-end tests and defaults. */
const FREE_PORTS = { from: 10_000, to: 22_000 };

/**
 * A port that was free a moment ago. It is not the system's choice, who gives the same to somebody's connection while a
 * process that listened there is killed and started again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FREE_PORTS.from, FREE_PORTS.to);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

/** Linux's memory as a folder, and the bytes that tests may need there. */
const MEMORY = { path: '/dev/shm', bytes: 1e9 };

/**
 * Where a Redis of the tests writes: in memory where there is room, because each job waits for a write, and a disk that is
 * busy with somebody's build holds a write up for longer than the gateway waits for Redis.
 */
function dataFolder(): string {
  if (!existsSync(MEMORY.path)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY.path);
  return bavail * bsize > MEMORY.bytes ? MEMORY.path : tmpdir();
}

export async function startRedis(options: string[] = []): Promise<Neighbour> {
  const dir = mkdtempSync(join(dataFolder(), 'heavy-lifter-redis-'));
  const port = await freePort();
  const config = fileURLToPath(new URL('../../../compose/redis.conf', import.meta.url));
  const url = `redis://127.0.0.1:${port}`;
  const args = [config, '--port', String(port), '--bind', '127.0.0.1', '--dir', dir, ...options];
  const redis = await neighbour('redis-server', args, {}, url, url, () => pings(url));
  return {
    ...redis,
    async stop(signal) {
      await redis.stop(signal);
      if (!signal) rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function pings(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    client.disconnect();
  }
}

/** `rust-microservice` or `rust-worker`, as `cargo build --release` left it. */
export async function startRust(name: string, env: Record<string, string> = {}): Promise<Neighbour> {
  const binary = fileURLToPath(new URL(`../../../target/release/${name}`, import.meta.url));
  if (!existsSync(binary)) throw new Error(`${name} is not built: cargo build --release`);
  return startService(binary, [], env);
}

/** A program of the gateway's package, from its source. */
export function startNode(name: string, env: Record<string, string> = {}): Promise<Neighbour> {
  const file = fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
  return startService(process.execPath, ['--conditions=source', file], env);
}

async function startService(command: string, args: string[], env: Record<string, string>): Promise<Neighbour> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const settings = { PORT: String(port), ADMIN_PORT: String(adminPort), THREADS: '2', ...env };
  return neighbour(command, args, settings, url, adminUrl, async () => {
    const response = await fetch(`${adminUrl}/readyz`).catch(() => undefined);
    return response?.ok === true;
  });
}

async function neighbour(
  command: string,
  args: string[],
  env: Record<string, string>,
  url: string,
  adminUrl: string,
  isReady: () => Promise<boolean>,
): Promise<Neighbour> {
  let output = '';
  let child: ChildProcess;
  let ended: Promise<unknown>;
  async function start() {
    child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    ended = once(child, 'exit');
    const keep = (text: Buffer) => {
      output = (output + text).slice(-1_000_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    await waitFor(`${command} is ready`, async () => {
      if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${output}`);
      return isReady();
    });
  }
  async function stop(signal: NodeJS.Signals = 'SIGTERM') {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await ended;
  }
  async function restart() {
    // A killed process has its ports until the last of its threads has had a turn to end, niced ones among them.
    await ended;
    await start();
  }
  await start();
  return { url, adminUrl, log: () => output, stop, restart };
}
