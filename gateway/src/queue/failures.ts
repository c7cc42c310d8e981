/** What Redis's refusals mean for a caller: 503, known or unknown outcome. Anything else is a defect of ours, and 500. */
import { ProblemError } from '../errors.ts';
import { type Handover, handoverOf } from '../network-errors.ts';
import type { Cause } from '../outage.ts';

/**
 * Redis's error names (`error.c`, `server.c`, `acl.c`, `cluster.c`, `replication.c`) that tell of its state, of our
 * rights, or of where it sends us; each is checked before a command or a script's first write is carried out.
 */
export const REDIS_ERRORS: Readonly<Record<string, Handover | 'full'>> = {
  // Its state.
  BUSY: 'not',
  LOADING: 'not',
  READONLY: 'not',
  MASTERDOWN: 'not',
  MISCONF: 'not',
  NOREPLICAS: 'not',
  OOM: 'full',
  IOERR: 'not',
  INPROG: 'not',
  UNKILLABLE: 'not',
  // Our rights.
  NOAUTH: 'not',
  WRONGPASS: 'not',
  NOPERM: 'not',
  DENIED: 'not',
  NOPROTO: 'not',
  // A cluster's, or a proxy's before it.
  CLUSTERDOWN: 'not',
  TRYAGAIN: 'not',
  MOVED: 'not',
  ASK: 'not',
  CROSSSLOT: 'not',
  // Its scripts were flushed between our two attempts.
  NOSCRIPT: 'not',
  // It took the wait away from us: it has become a replica.
  UNBLOCKED: 'unknown',
};

/** A connection was lost, or there is none. */
export const CLOSED = 'CLOSED';

/** Redis has no name for these, but they are no defect of ours, either. */
const NAMELESS: readonly [RegExp, Cause['name'], Handover][] = [
  [/^ERR max number of clients/, 'MAXCLIENTS', 'not'],
  [/^ERR AUTH|^ERR invalid password/, 'WRONGPASS', 'not'],
  [/^ERR DB index is out of range/, 'DATABASE', 'not'],
  // Only a script that has written nothing can be killed.
  [/Script killed by user/, 'SCRIPTKILLED', 'not'],
  // ioredis's own words.
  [/Stream isn't writeable/, CLOSED, 'not'],
  [/Connection is closed|max retries per request|Command aborted/, CLOSED, 'unknown'],
  [/Command timed out/, 'TIMEOUT', 'unknown'],
];

/** Enough to see what it is; arguments that Redis repeats go no further. */
const MAX_DETAIL = 200;

interface Failure extends Cause {
  readonly meaning: Handover | 'full';
}

function failureOf(error: unknown): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const message = error.message.replace(/^Ready check failed: /, '');
  const detail = message.slice(0, MAX_DETAIL);
  // Before Redis 7 what a script ran into stands behind its own words for it.
  const [, name = ''] = /^(?:ERR Error running script.*: -?)?([A-Z]+) /s.exec(message) ?? [];
  const meaning = REDIS_ERRORS[name];
  // A script runs into the rights of a single command when others may have written already.
  if (name === 'NOPERM' && /script/.test(message)) return { name, detail, meaning: 'unknown' };
  if (meaning) return { name, detail, meaning };
  for (const [form, nameless, handover] of NAMELESS) {
    if (form.test(message)) return { name: nameless, detail, meaning: handover };
  }
  const network = handoverOf(error);
  return network && { name: (error as NodeJS.ErrnoException).code ?? '', detail, meaning: network };
}

/** For logs: what was refused is not repeated, it may be large and is not ours to tell. */
export function causeOf(error: unknown): Cause {
  const { name, detail } = failureOf(error) ?? {
    name: (error as NodeJS.ErrnoException)?.code ?? 'ERR',
    detail: String((error as Error)?.message ?? error).slice(0, MAX_DETAIL),
  };
  return { name, detail };
}

const DETAILS = {
  not: 'Redis takes no jobs now',
  full: 'Redis is full',
  unknown: 'Redis gave no answer; retry with the same Idempotency-Key',
};

/** What a failed command means for a caller; a defect stays what it is. */
export function asRedisProblem(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const failure = failureOf(error);
  if (!failure) return error;
  const cause = `${failure.name}: ${failure.detail}`;
  if (failure.meaning === 'full') return new ProblemError('overloaded', DETAILS.full, { limit: 'maxmemory', cause });
  const code = failure.meaning === 'not' ? 'upstream_down' : 'outcome_unknown';
  return new ProblemError(code, DETAILS[failure.meaning], { cause });
}

/** The same for what only reads: nothing can have come of it. */
export function asReadProblem(error: unknown): unknown {
  const problem = asRedisProblem(error);
  if (!(problem instanceof ProblemError) || problem.code !== 'outcome_unknown') return problem;
  return new ProblemError('upstream_down', 'Redis does not answer now', { cause: problem.cause });
}
