/** WebSocket `/jobs/:id/ws`: the same documents as the event stream. */
import type { IncomingMessage } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { ProblemError } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Jobs } from '../mode.ts';
import { refuseForeignSocket } from './foreign.ts';
import { untilGone } from './gone.ts';
import { noSuchJob } from './jobs.ts';
import { SWITCHING_PROTOCOLS } from './observe.ts';
import type { Streams } from './streams.ts';
import { type Upgrade, upgradeOf } from './upgrade.ts';

const PATH = /^\/jobs\/[^/?]+\/ws(?:\?.*)?$/;
/** Clients have nothing to say here. */
const MAX_MESSAGE_BYTES = 1024;
/** RFC 6455, section 7.4.1. */
const NORMAL = 1000;
const GOING_AWAY = 1001;

/**
 * Whether this asks for a job's socket. Any other wish to upgrade is ignored, as it may be (RFC 9110, section 7.8):
 * clients that would rather speak HTTP/2 offer it with every request.
 */
export function isJobSocket({ method, url = '', headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && PATH.test(url);
}

/** The handler of `/jobs/:id/ws`. Where the mode has no jobs, no id is known. */
export function jobSocket(
  jobs: Jobs | undefined,
  streams: Streams,
  lifecycle: Lifecycle,
  logger: Logger,
): RequestHandler<{ id: string }> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  // `handleUpgrade` throws it, then.
  sockets.on('wsClientError', (error) => {
    throw new ProblemError('invalid_task', error.message);
  });
  // One for all: an EventTarget goes through all its listeners for each one that is added or removed.
  lifecycle.leaving.addEventListener('abort', () => {
    for (const socket of sockets.clients) socket.terminate();
  });

  return async (request, response, next) => {
    const upgrade = upgradeOf(request);
    if (!upgrade) return next();
    const gone = untilGone(response);
    refuseForeignSocket(request);
    const { id } = request.params;
    if (!jobs || !(await jobs.get(id))) throw noSuchJob();
    if (lifecycle.draining) throw new ProblemError('overloaded', 'this gateway is shutting down');
    streams.enter(gone);
    // For those who have another one (RFC 6455, section 4.2.2).
    response.setHeader('sec-websocket-version', '13');
    const webSocket = shakeHands(request, upgrade);
    if (!webSocket) return;
    response.statusCode = SWITCHING_PROTOCOLS;
    await send(webSocket, jobs, id, gone, streams, lifecycle).catch((err) => {
      logger.debug({ err }, 'job socket');
      webSocket.terminate();
    });
  };

  /** Nothing where the peer has begun to leave: its socket is closed. Throws what is wrong with the request. */
  function shakeHands(request: Request<{ id: string }>, { socket, head }: Upgrade): WebSocket | undefined {
    let opened: WebSocket | undefined;
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      opened = webSocket;
    });
    return opened;
  }
}

async function send(
  webSocket: WebSocket,
  jobs: Jobs,
  id: string,
  gone: AbortSignal,
  streams: Streams,
  lifecycle: Lifecycle,
): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([gone, failed.signal, lifecycle.closing]);
  const rest = streams.keepAlive(
    (taken) => {
      webSocket.once('pong', taken);
      webSocket.ping();
    },
    () => webSocket.terminate(),
  );
  webSocket.on('error', () => failed.abort());
  gone.addEventListener('abort', rest);
  for await (const { json } of jobs.watch(id, signal)) {
    // Waiting for the write is the back-pressure: a slow reader skips to the latest document.
    await new Promise<void>((resolve) => webSocket.send(json, () => resolve()));
  }
  webSocket.close(lifecycle.closing.aborted ? GOING_AWAY : NORMAL);
}
