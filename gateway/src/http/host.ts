import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { ProblemError } from '../errors.ts';

/** Throws for a request without Host or with two (RFC 9112, section 3.2): not every proxy means the same one. */
export function checkHost({ rawHeaders, httpVersion }: IncomingMessage): void {
  let hosts = 0;
  for (let n = 0; n < rawHeaders.length; n += 2) if (rawHeaders[n]?.toLowerCase() === 'host') hosts++;
  if (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) return;
  throw new ProblemError('invalid_task', 'a request needs exactly one Host header');
}

export const oneHost: RequestHandler = (request, _response, next) => {
  checkHost(request);
  next();
};
