import type { ErrorRequestHandler, Request } from 'express';
import type { Logger } from 'pino';
import { ProblemError } from '../errors.ts';
import { Allowance } from './allowance.ts';

/** A flood of what is refused must not become one of lines. */
const LINES_PER_S = 10;

/** One line for each refusal, without what it carried: a token would be in it. */
export function logRefusals(logger: Logger): ErrorRequestHandler {
  const allowance = new Allowance(LINES_PER_S);
  let unsaid = 0;
  return (error, { method, path }: Request, { locals }, next) => {
    if (!allowance.take()) unsaid++;
    else {
      const { requestId } = locals;
      const why = error instanceof ProblemError ? { code: error.code, detail: error.message } : { err: error };
      logger.warn(
        { requestId, method, path: path.slice(0, 100), ...why, ...(unsaid > 0 ? { unsaid } : {}) },
        'refused',
      );
      unsaid = 0;
    }
    next(error);
  };
}
