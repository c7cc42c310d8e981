/** WebSocket `/jobs/:id/ws`: the same documents as the event stream. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { asProblem, ProblemError } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Jobs } from '../mode.ts';
import { noSuchJob } from './jobs.ts';
import { requestIdOf } from './observe.ts';
import type { Streams } from './streams.ts';

const PATH = /^\/jobs\/([^/?]+)\/ws(?:\?.*)?$/;
/** Clients have nothing to say here. */
const MAX_MESSAGE_BYTES = 1024;
/** RFC 6455, section 7.4.1. */
const NORMAL = 1000;
const GOING_AWAY = 1001;
/** For reading a refusal; a peer that keeps its side of the connection open holds no place for longer. */
const LINGER_MS = 1_000;

export function attachJobSocket(
  server: Server,
  jobs: Jobs | undefined,
  streams: Streams,
  lifecycle: Lifecycle,
  logger: Logger,
): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  // One for all: an EventTarget goes through all its listeners for each one that is added or removed.
  lifecycle.leaving.addEventListener('abort', () => {
    for (const socket of sockets.clients) socket.terminate();
  });

  server.on('upgrade', (request, socket, head) => {
    const requestId = requestIdOf(request.headers['x-request-id']);
    socket.on('error', (err) => logger.debug({ err, requestId }, 'upgrade'));
    accept(request, socket, head).catch((error) => refuse(socket, error, requestId, logger));
  });

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const id = PATH.exec(request.url ?? '')?.[1];
    if (!id || !jobs || !(await jobs.get(id))) throw noSuchJob();
    if (lifecycle.draining) throw new ProblemError('overloaded', 'this gateway is shutting down');
    const leave = streams.enter();
    // Whatever becomes of the handshake: the socket closes once, and that gives the place back.
    socket.once('close', leave);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      send(webSocket, jobs, id, streams, lifecycle).catch((err) => {
        logger.debug({ err }, 'job socket');
        webSocket.terminate();
      });
    });
  }
}

async function send(
  webSocket: WebSocket,
  jobs: Jobs,
  id: string,
  streams: Streams,
  lifecycle: Lifecycle,
): Promise<void> {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, lifecycle.closing]);
  const rest = streams.keepAlive(
    (taken) => {
      webSocket.once('pong', taken);
      webSocket.ping();
    },
    () => webSocket.terminate(),
  );
  webSocket.on('error', () => gone.abort());
  webSocket.on('close', () => {
    rest();
    gone.abort();
  });
  for await (const { json } of jobs.watch(id, signal)) {
    // Waiting for the write is the back-pressure: a slow reader skips to the latest document.
    await new Promise<void>((resolve) => webSocket.send(json, () => resolve()));
  }
  webSocket.close(lifecycle.closing.aborted ? GOING_AWAY : NORMAL);
}

function refuse(socket: Duplex, error: unknown, requestId: string, logger: Logger): void {
  const problem = asProblem(error);
  if (problem.code === 'internal') logger.error({ err: problem.cause, requestId }, 'upgrade');
  writeRawProblem(socket, problem, requestId);
}

/** A problem on a bare socket, where node has no response object: refused upgrades and unreadable requests. */
export function writeRawProblem(socket: Duplex, problem: ProblemError, requestId: string): void {
  const document = problem.toProblem(requestId);
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${document.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...(problem.status === 503 ? ['retry-after: 1'] : []),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
