/** One look at one job: a script that searches no list, so it costs the same however many jobs wait. */
import type { JobState } from '../contract.ts';
import type { QueueConnection } from './connection.ts';
import { pairs, type Reply, script } from './script.ts';

/** What the reason of a cancelled job begins with, and what the one that we write says. */
const CANCELLED = 'cancelled: ';
export const CANCELLED_BY_REQUEST = `${CANCELLED}by DELETE of the job`;

/**
 * The Lua function `look(job, lock, delayed, id)`, for every script that asks what a job is: its state and all that its
 * hash has, or nil where there is no job. The state follows from what BullMQ keeps beside its lists:
 *
 * - `finishedOn` in the hash: it has ended, `completed` if it has a return value. A reason alone may stem from an
 *   attempt before the one that succeeded.
 * - `defa` ("deferred failure") with our reason: cancelled, though no worker has come upon it yet.
 * - a lock: `active`. A job whose worker died is `waiting` from the moment that its lock runs out, which is before the
 *   stall recovery puts it there.
 * - in the sorted set `delayed`: `delayed`.
 * - else it waits: in one of the lists that need not be searched for that, or by priority.
 */
export const LOOK = `
local function look(job, lock, delayed, id)
  local fields = redis.call('HGETALL', job)
  local has = {}
  for at = 1, #fields, 2 do has[fields[at]] = fields[at + 1] end
  -- A job that was removed under its worker's hands may leave a hash that is no job.
  if not has.timestamp then return nil end
  local state = 'waiting'
  if has.finishedOn then
    state = (has.returnvalue and has.returnvalue ~= 'null') and 'completed' or 'failed'
  elseif has.defa and string.find(has.defa, '${CANCELLED}', 1, true) == 1 then
    state = 'failed'
  elseif redis.call('EXISTS', lock) == 1 then
    state = 'active'
  elseif redis.call('ZSCORE', delayed, id) then
    state = 'delayed'
  end
  return { state, fields }, has
end
`;

/** The keys that `look` needs, in its order. */
export function lookKeys({ queue }: QueueConnection, id: string): string[] {
  const job = queue.toKey(id);
  return [job, `${job}:lock`, queue.toKey('delayed')];
}

/** A job's hash, and the state that it had in the same moment. */
export interface Found {
  readonly state: JobState;
  /** BullMQ's names; values are text, `data`, `progress` and `returnvalue` JSON. */
  readonly hash: Record<string, string>;
}

/** What `look` returned; nothing where there is no job. */
export function found(reply: Reply | undefined): Found | undefined {
  if (!reply) return undefined;
  const [state, fields] = reply as [JobState, Reply];
  return { state, hash: pairs(fields) };
}

/** Why it failed: what is written, or what will be when a worker comes upon it. */
export const reasonOf = ({ hash }: Found): string => hash.defa ?? hash.failedReason ?? '';
export const isCancelled = (job: Found): boolean => job.state === 'failed' && reasonOf(job).startsWith(CANCELLED);

const lookAt = script('heavyLifterLook', `${LOOK} return (look(KEYS[1], KEYS[2], KEYS[3], ARGV[1]))`);

export async function lookUp(connection: QueueConnection, id: string): Promise<Found | undefined> {
  return found(await lookAt(connection.client, lookKeys(connection, id), [id]));
}
