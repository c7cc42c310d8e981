/** A gateway in this process, on ports of its own. */
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { GATEWAY, startGateway } from '../../src/gateway.ts';
import { createMode } from '../../src/mode.ts';
import { type Neighbour, startNode, startRedis, startRust } from './processes.ts';

export interface TestGateway {
  readonly url: string;
  readonly adminUrl: string;
  /** What it logged, as JSON lines. */
  readonly log: () => string;
  /** Begins the drain; resolves when it is over. */
  stop(): Promise<void>;
}

export async function startTestGateway(
  mode: string,
  env: Record<string, string> = {},
  load = createMode,
): Promise<TestGateway> {
  const read = readConfig({ MODE: mode, PORT: '0', ADMIN_PORT: '0', THREADS: '2', SHUTDOWN_GRACE_MS: '20', ...env });
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  let log = '';
  const write = (line: string) => {
    log = (log + line).slice(-1_000_000);
  };
  const logger = pino({ level: 'debug' }, { write });
  const gateway = await startGateway(read.config, logger, { ...GATEWAY, load });
  const { promise: shutdown, resolve } = Promise.withResolvers<void>();
  const ended = gateway.run(shutdown);
  return {
    url: `http://127.0.0.1:${gateway.port}`,
    adminUrl: `http://127.0.0.1:${gateway.adminPort}`,
    log: () => log,
    stop() {
      resolve();
      return ended;
    },
  };
}

/** What a mode needs around it. `lose` takes away what it depends on, `restore` brings it back. */
export interface World {
  readonly env: Record<string, string>;
  /** Of the service that computes, where that is not the gateway. */
  readonly adminUrl?: string;
  lose?(): Promise<void>;
  restore?(): Promise<void>;
  close(): Promise<void>;
}

/** The worlds of modes that depend on something; every other mode stands alone. */
export const worlds: Record<string, () => Promise<World>> = {
  microservice: async () => besideService(await startRust('rust-microservice')),
  async queue() {
    const redis = await startRedis();
    const worker = await startRust('rust-worker', { REDIS_URL: redis.url });
    return {
      env: { REDIS_URL: redis.url },
      adminUrl: worker.adminUrl,
      lose: () => redis.stop('SIGKILL'),
      restore: () => redis.restart(),
      async close() {
        await worker.stop();
        await redis.stop();
      },
    };
  },
};

/** The same with what is written in JavaScript. */
export const twins: typeof worlds = {
  microservice: async () => besideService(await startNode('node-service')),
};

function besideService(service: Neighbour): World {
  return {
    env: { MICROSERVICE_URL: service.url },
    adminUrl: service.adminUrl,
    lose: () => service.stop('SIGKILL'),
    restore: () => service.restart(),
    close: () => service.stop(),
  };
}

export const startWorld = async (mode: string): Promise<World> =>
  (await worlds[mode]?.()) ?? { env: {}, close: async () => {} };
