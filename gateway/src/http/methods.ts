import type { RequestHandler } from 'express';
import { ProblemError } from '../errors.ts';

/** The last handler of a route: whoever comes here asked by another method than those. */
export function allowOnly(methods: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('allow', methods);
    throw new ProblemError('method_not_allowed', `this resource takes ${methods}`);
  };
}
