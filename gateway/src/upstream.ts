/** What the microservice's answers and failures mean for our caller: 503 or 504 for what is on the way there, 500 for a defect. */
import { z } from 'zod';
import { Problem } from './contract.ts';
import { ProblemError } from './errors.ts';
import { handoverOf } from './network-errors.ts';

/** undici's own errors (`lib/core/errors.js`) that are no defect of ours. */
const LATE = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const NOT_CONNECTED = new Set(['UND_ERR_CONNECT_TIMEOUT']);
const CUT_OFF = new Set(['UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);
const NO_SERVICE = /^UND_ERR_(HEADERS_OVERFLOW|RES_EXCEEDED_MAX_SIZE|RESPONSE)/;

const TEXTS = {
  late: 'the microservice did not answer in time',
  down: 'the microservice cannot be reached',
  lost: 'the connection to the microservice was lost before its answer',
  other: 'what answers in place of the microservice is something else',
};

/** The service's own problem, where it is one that our caller can act on; what a proxy before it says; or a defect. */
export function refusal(statusCode: number, answer: unknown): Error {
  const { data } = Problem.safeParse(answer);
  const cause = `it answered ${statusCode} ${data?.code ?? 'without a problem document'}`;
  if (data?.code === 'overloaded') {
    return new ProblemError('overloaded', data.detail, data.limit ? { limit: `microservice ${data.limit}` } : {});
  }
  if (data?.code === 'upstream_late' || data?.code === 'request_timeout') {
    return new ProblemError('upstream_late', data.detail);
  }
  // Two programs of ours do not understand each other, or one of them has broken.
  if (data) return new Error(`the microservice: ${cause}`);
  if (statusCode === 429) return new ProblemError('overloaded', 'too many calls for what is before the microservice');
  if (statusCode === 408 || statusCode === 504) return new ProblemError('upstream_late', TEXTS.late, { cause });
  if (statusCode === 502 || statusCode === 503) return new ProblemError('upstream_down', TEXTS.down, { cause });
  return new ProblemError('upstream_down', TEXTS.other, { cause });
}

/** What a failed call means; a defect stays what it is. */
export function asUpstreamProblem(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const { code = '', name, message } = error as NodeJS.ErrnoException;
  const cause = `${code || name}: ${message}`;
  const handover = handoverOf(error);
  if (LATE.has(code)) return new ProblemError('upstream_late', TEXTS.late, { cause });
  if (NOT_CONNECTED.has(code) || handover === 'not') return new ProblemError('upstream_down', TEXTS.down, { cause });
  // It may be asked again: computing has no effect that a retry could repeat.
  if (CUT_OFF.has(code) || handover) return new ProblemError('outcome_unknown', TEXTS.lost, { cause });
  // The parser's have a code of their own (`HPE_...`) or none.
  const noHttp = name === 'HTTPParserError' || NO_SERVICE.test(code);
  if (noHttp || error instanceof SyntaxError || error instanceof z.ZodError) {
    return new ProblemError('upstream_down', TEXTS.other, { cause: cause.slice(0, 200) });
  }
  return error;
}
