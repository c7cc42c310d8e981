/** Everything that can go wrong for a caller, with its stable code (RFC 9457). */
import { STATUS_CODES } from 'node:http';
import type { Problem } from './contract.ts';

const STATUS = {
  invalid_task: 400,
  /** From a page of another site, or under a name that these pages are not served by. */
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  /** It cannot be cancelled any more. */
  job_ended: 409,
  /** Of a key whose job was done and is not kept any more. */
  result_gone: 410,
  too_large: 413,
  unsupported_type: 415,
  idempotency_mismatch: 422,
  headers_too_large: 431,
  // Of the live page's server.
  invalid_command: 400,
  unauthorized: 401,
  too_many_commands: 429,
  internal: 500,
  overloaded: 503,
  upstream_down: 503,
  /** The connection was lost between handing over and the reply: retry with the same key. */
  outcome_unknown: 503,
  upstream_late: 504,
} as const;

export type ProblemCode = keyof typeof STATUS;

interface Extras {
  errors?: { field: string; detail: string }[];
  /** The setting whose bound refused the request. */
  limit?: string;
  /** After how many seconds it makes sense to come back: for `Retry-After` of a 503, not for the document. */
  retryAfterS?: number | undefined;
  /** For the log only. */
  cause?: unknown;
}

/** An error whose text the caller may read. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly extras: Omit<Extras, 'cause' | 'retryAfterS'>;
  /** Set by whoever knows it: seconds until it makes sense to come back. */
  retryAfterS: number | undefined;

  constructor(code: ProblemCode, detail: string, { cause, retryAfterS, ...extras }: Extras = {}) {
    super(detail, { cause });
    this.code = code;
    this.retryAfterS = retryAfterS;
    this.extras = extras;
  }

  get status(): number {
    return STATUS[this.code];
  }

  toProblem(requestId: string): Problem {
    const title = STATUS_CODES[this.status] ?? 'Error';
    const { code, status, message: detail } = this;
    return { type: 'about:blank', title, status, code, detail, ...this.extras, requestId };
  }
}

/** The abort reason of a caller that closed its connection: nobody is left to answer. */
export class CallerGone extends Error {
  constructor() {
    super('the caller closed its connection');
  }
}

/** What an unexpected error looks like from outside. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof URIError) return new ProblemError('invalid_task', 'the path is not valid percent-encoding');
  return new ProblemError('internal', 'an internal error; the log has it under this requestId', { cause: error });
}
