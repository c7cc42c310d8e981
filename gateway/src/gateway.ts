/** A whole gateway, put together but not serving: what `main` runs and what tests start on port 0. */
import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import manifest from '../package.json' with { type: 'json' };
import { createAdminApp, createApp, type Parts } from './app.ts';
import type { Config } from './config.ts';
import { isJobSocket } from './http/job-socket.ts';
import { Streams } from './http/streams.ts';
import { Lifecycle } from './lifecycle.ts';
import { Metrics } from './metrics.ts';
import { createMode } from './mode.ts';
import { boundedServer, listen, serve } from './serve.ts';

export interface Gateway {
  /** The ports it got. */
  readonly port: number;
  readonly adminPort: number;
  /** Serves until `shutdown` resolves, drains, and frees everything. */
  run(shutdown: Promise<unknown>): Promise<void>;
}

/** What a program of this package is besides its settings. */
export interface Program {
  /** As its log lines name it. */
  readonly service: string;
  /** What callers see. */
  readonly app: (parts: Parts) => RequestListener;
  /** Makes what serves the tasks. */
  readonly load: typeof createMode;
}

export const GATEWAY: Program = { service: 'gateway', app: createApp, load: createMode };

/** Loads the mode and binds both ports. Throws what the system says when a port cannot be had. */
export async function startGateway(
  config: Config,
  logger: Logger,
  { service, app, load }: Program = GATEWAY,
): Promise<Gateway> {
  const metrics = new Metrics(config.MODE, manifest.version, config.COMMIT);
  const mode = await load(config.MODE, { config, logger, registry: metrics.registry });
  metrics.observeMode(mode);
  const lifecycle = new Lifecycle();
  const streams = new Streams(config.MAX_STREAMS, config.HEARTBEAT_MS);
  const parts = { service, config, mode, metrics, logger, lifecycle, streams };

  const server = boundedServer(app(parts), config, isJobSocket);
  const admin = boundedServer(createAdminApp(parts), config);
  const close = async () => {
    for (const one of [server, admin]) {
      one.close();
      one.closeAllConnections();
    }
    await mode.close();
  };
  try {
    const port = await listen(server, config.HOST, config.PORT, config.REUSE_PORT);
    const adminPort = await listen(admin, config.HOST, config.ADMIN_PORT);
    logger.info({ port, adminPort }, 'listening');
    return {
      port,
      adminPort,
      async run(shutdown) {
        await serve(server, shutdown, lifecycle, config, logger);
        // The admin port goes last, so that the drain can be watched.
        await close();
      },
    };
  } catch (error) {
    // One port alone serves nobody, and a mode's connections would keep the process alive.
    await close();
    throw error;
  }
}
