import { CallerGone } from '../errors.ts';

/** What a caller is connected by: a response, or the bare socket of an upgrade. */
interface Connected {
  readonly closed: boolean;
  once(event: 'close', listener: () => void): unknown;
}

/**
 * Aborts, with a `CallerGone` as its reason, when the caller leaves. It has aborted already for a caller that left
 * before: 'close' is emitted once, and whoever begins to listen after an `await` would wait for it for ever.
 */
export function untilGone(caller: Connected): AbortSignal {
  const gone = new AbortController();
  const leave = () => gone.abort(new CallerGone());
  if (caller.closed) leave();
  else caller.once('close', leave);
  return gone.signal;
}
