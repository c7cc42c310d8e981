/** Who may look and command: whoever has the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '@heavy-lifter/gateway/errors';
import type { RequestHandler } from 'express';

/** `Authorization: Bearer <token>` (RFC 6750, section 2.1). */
export function tokenOnly(token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return (request, _response, next) => {
    // Of equal length, whatever was sent: comparing tells nothing by its time.
    if (!timingSafeEqual(digest(request.get('authorization') ?? ''), expected))
      throw new ProblemError('unauthorized', 'this needs the token in the address that make live printed');
    next();
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();
