/** What comes in place of a request and is none: too slow, too large, or not HTTP. There is no response object for it. */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ProblemError } from '../errors.ts';
import { requestIdOf } from './observe.ts';
import { unanswered } from './pipelining.ts';

/** For reading the answer; a peer that keeps its side of the connection open holds no place for longer. */
const LINGER_MS = 1_000;

/** Answers the unreadable with a problem, after what was asked for before it, and closes the connection. */
export function answerUnreadable(server: Server): void {
  const ending = new WeakSet<Duplex>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What comes behind it is no more readable.
    if (ending.has(socket)) return;
    ending.add(socket);
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    // Node would see to this, if it could still read the connection.
    socket.once('end', () => socket.end());
    const last = [...unanswered(socket)].findLast(({ req, headersSent }) => req.complete || headersSent);
    const answer = () => socket.writable && writeProblem(socket, problemOf(error.code));
    if (last) last.once('close', answer);
    else answer();
  });
}

/** Ends a connection whose last answer has been written. */
export function linger(socket: Duplex): void {
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function problemOf(code: string | undefined): ProblemError {
  if (code === 'HPE_HEADER_OVERFLOW') return new ProblemError('headers_too_large', 'the request head is too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new ProblemError('request_timeout', 'the request came too slowly');
  return new ProblemError('invalid_task', 'this is not an HTTP request');
}

function writeProblem(socket: Duplex, problem: ProblemError): void {
  const requestId = requestIdOf(undefined);
  const document = problem.toProblem(requestId);
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${document.status} ${document.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  linger(socket);
}
