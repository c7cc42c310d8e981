/** Listeners with limits, and the way from a signal to the last answer. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { ProblemError } from './errors.ts';
import { boundAnswers, unanswered } from './http/pipelining.ts';
import { answerUnreadable } from './http/unreadable.ts';
import { routeUpgrades } from './http/upgrade.ts';
import type { Lifecycle } from './lifecycle.ts';

/** Longer than proxies and clients usually keep theirs, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** Between giving up and cutting connections: enough to write the last answers. */
const FAREWELL_MS = 500;

type Bounds = Pick<Config, 'MAX_CONNECTIONS' | 'RECEIVE_TIMEOUT_MS' | 'REQUEST_TIMEOUT_MS' | 'HEARTBEAT_MS'>;

/**
 * An HTTP server that bounds what a peer can hold: sockets, unanswered requests, header time, body time,
 * unread answers. Not listening yet.
 * Of those who want to upgrade, whom `upgrades` does not name gets the answer of HTTP.
 */
export function boundedServer(
  app: RequestListener,
  { MAX_CONNECTIONS, RECEIVE_TIMEOUT_MS, REQUEST_TIMEOUT_MS, HEARTBEAT_MS }: Bounds,
  upgrades: (request: IncomingMessage) => boolean = () => false,
): Server {
  const server = createServer({
    headersTimeout: RECEIVE_TIMEOUT_MS / 2,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: 1_000,
    noDelay: true,
    // Ours says it with a problem, a log line and a count.
    requireHostHeader: false,
    // A connection that still owes answers cannot become another.
    shouldUpgradeCallback: (request) => unanswered(request.socket).size === 0 && upgrades(request),
  });
  server.maxConnections = MAX_CONNECTIONS;
  // No answer takes longer than the first and no stream is silent for longer than the second: nothing moves, for nobody reads.
  server.timeout = 2 * Math.max(REQUEST_TIMEOUT_MS, HEARTBEAT_MS);
  boundAnswers(server, app);
  routeUpgrades(server, app);
  answerUnreadable(server);
  return server;
}

/** Starts a server on an address and resolves to the port it got. Throws what the system says, e.g. EADDRINUSE. */
export async function listen(server: Server, host: string, port: number, reusePort = false): Promise<number> {
  server.listen({ host, port, backlog: 4096, reusePort });
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

/**
 * Serves until `shutdown` resolves, then drains. Readiness is false at once and connections are told to close, but
 * requests are still answered for a grace period, because clients that keep connections have not heard yet. Then the
 * door closes, what is in hand is finished, and at the deadline what is left is given up with a 503.
 */
export async function serve(
  listener: Server,
  shutdown: Promise<unknown>,
  lifecycle: Lifecycle,
  { SHUTDOWN_GRACE_MS, SHUTDOWN_TIMEOUT_MS }: Config,
  logger: Logger,
): Promise<void> {
  await shutdown;
  const deadline = Date.now() + SHUTDOWN_TIMEOUT_MS;
  lifecycle.drain();
  logger.info('draining');
  await sleep(SHUTDOWN_GRACE_MS);
  const closed = new Promise((resolve) => listener.close(resolve));
  lifecycle.close();
  const patience = Math.max(0, deadline - FAREWELL_MS - Date.now());
  const finished = await Promise.race([closed.then(() => true), sleep(patience, false, { ref: false })]);
  if (!finished) {
    logger.warn('the deadline is near: giving up what is still in hand');
    lifecycle.leave(new ProblemError('overloaded', 'this gateway is shutting down', { limit: 'SHUTDOWN_TIMEOUT_MS' }));
    await Promise.race([closed, sleep(FAREWELL_MS)]);
    listener.closeAllConnections();
  }
  logger.info('drained');
}
