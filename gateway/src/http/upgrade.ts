/** Requests that turn their connection into something else, which Node hands over without a response. */
import { type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { unanswered } from './pipelining.ts';
import { linger } from './unreadable.ts';

/** A connection that is no longer HTTP's, and what has been read of it already. */
export interface Upgrade {
  readonly socket: Duplex;
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** What `request` upgrades, or nothing where it does not. */
export function upgradeOf(request: IncomingMessage): Upgrade | undefined {
  return upgrades.get(request);
}

/** Sends them through `app`, too: they are checked, refused, logged and counted like any other request. */
export function routeUpgrades(server: Server, app: RequestListener): void {
  const route = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {}); // Its 'close' tells.
    // Only a tunnel comes so far, and nothing can be said between answers that are still to come.
    if (unanswered(request.socket).size > 0) return void socket.destroy();
    // A tunnel's target is no path, and what has none is nothing to `app`.
    if (request.method === 'CONNECT') request.url = '/';
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => linger(socket));
    upgrades.set(request, { socket, head });
    app(request, response);
  };
  server.on('upgrade', route);
  server.on('connect', route);
}
