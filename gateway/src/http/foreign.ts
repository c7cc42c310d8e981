/** Pages of others: a browser carries their requests to whatever it can reach, loopback included. */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { ProblemError } from '../errors.ts';

const forbidden = (detail: string) => new ProblemError('forbidden', detail);

/**
 * Refuses what a page of another site asks for, by what browsers say of each request (Fetch Metadata, W3C). That page
 * could not read the answer, so it can only want the work. Followed links are served, and whoever is no browser.
 */
export const refuseCrossSite: RequestHandler = (request, _response, next) => {
  if (isCrossSite(request)) throw forbidden('pages of other sites may not ask for this');
  next();
};

/**
 * The same for a WebSocket, with which not every browser says its site; its page's origin it always says. A proxy that
 * sends another Host keeps the caller's in X-Forwarded-Host, which no page can set.
 */
export function refuseForeignSocket(request: IncomingMessage): void {
  const { 'sec-fetch-site': site, origin, host, 'x-forwarded-host': forwarded } = request.headers;
  const own = [host, forwarded].map((name) => nameOf(`http://${name}`));
  const foreign = site === undefined && origin !== undefined && !own.includes(nameOf(origin) ?? origin);
  if (foreign || isCrossSite(request)) throw forbidden('pages of other sites may not watch jobs');
}

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/;

/**
 * For pages that can delete: asked for by a name of loopback, written out, since any name of an attacker's can lead
 * here; and by these pages themselves, since other programs' pages live on loopback, too.
 */
export const ownPagesOnly: RequestHandler = (request, _response, next) => {
  const { host = '', origin } = request.headers;
  if (!LOOPBACK.test(host)) throw forbidden('these pages are served as localhost, 127.0.0.1 or [::1] only');
  if (origin !== undefined && origin !== `http://${host}`) throw forbidden('only these pages may ask for this');
  next();
};

function isCrossSite({ method, headers }: IncomingMessage): boolean {
  if (headers['sec-fetch-site'] !== 'cross-site') return false;
  const isVisit = headers['sec-fetch-dest'] === 'document' && headers['sec-purpose'] === undefined;
  return !isVisit || (method !== 'GET' && method !== 'HEAD');
}

const nameOf = (url: string) => URL.parse(url)?.hostname;
