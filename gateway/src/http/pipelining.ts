/** What each connection is owed: requests without an answer yet, of which a client may send several (RFC 9112, section 9.3.2). */
import type { RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Unanswered requests of one connection; the next one closes it. */
const MAX_UNANSWERED = 32;

/** In the order of their requests, which is that of the answers. */
const owed = new WeakMap<Duplex, Set<ServerResponse>>();
const NONE: ReadonlySet<ServerResponse> = new Set();

/** The answers that this connection still waits for. */
export function unanswered(socket: Duplex): ReadonlySet<ServerResponse> {
  return owed.get(socket) ?? NONE;
}

/** Hands requests to `app` while their connection waits for few answers: one read brings some thousand of them at once. */
export function boundAnswers(server: Server, app: RequestListener): void {
  server.on('connection', (socket) => {
    const answers = new Set<ServerResponse>();
    owed.set(socket, answers);
    // Each of them has to hear of it. Node tells those behind the first one only while it reads the connection itself.
    socket.once('close', () => {
      for (const response of answers) response.destroy();
    });
  });

  const take: RequestListener = (request, response) => {
    const { socket } = request;
    const answers = owed.get(socket);
    if (!answers || answers.size >= MAX_UNANSWERED) return cut(socket);
    answers.add(response);
    response.once('close', () => answers.delete(response));
    if (answers.size === 1) return app(request, response);
    // After all that was read with it: of a connection that is cut for it, none of this is worth doing.
    process.nextTick(() => {
      if (!socket.destroyed) app(request, response);
    });
  };
  server.on('request', take);
  // Instead of node's own 417: what is expected beyond `100-continue` may be ignored (RFC 9110, section 10.1.1).
  server.on('checkExpectation', take);
}

/** Closes a connection at once; what has been read of it already is not looked at either. */
function cut(socket: Socket & { parser?: { remove(): void } | null }): void {
  socket.destroy();
  // There is no public way to stop a parser amid a read. Node does this itself, only after the whole of it.
  socket.parser?.remove();
}
