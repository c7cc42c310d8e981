/** The end of a job on request, whatever state it is in: one script, so there is one outcome. */
import { JOB_OPTIONS } from '../contract.ts';
import type { QueueConnection } from './connection.ts';
import { CANCELLED_BY_REQUEST, type Found, found, LOOK, lookKeys } from './look.ts';
import { type Reply, script } from './script.ts';

/**
 * - A job that has ended is left alone; one that was cancelled before is answered again.
 * - One that is active, delayed or waits by priority is taken out of there and has failed. With its lock gone BullMQ
 *   writes nothing more of it, and its worker sees that at its next renewal. The list of active jobs is as long as
 *   workers have jobs in hand, and BullMQ goes through it at the end of each one, too.
 * - One that waits in the list cannot be taken out without a search. It gets a "deferred failure", with which every
 *   worker of BullMQ fails it for good instead of computing it, and is counted in `cancelled` until then.
 *
 * The field `cancelled` keeps when that was and, by BullMQ's names, what its document is made of: a worker that still
 * reports progress or comes upon it later changes the fields themselves, and what is final must stay as it is.
 */
const cancel = script(
  'heavyLifterCancel',
  `${LOOK}
local job, lock, delayed, prioritized, active = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local stalled, failed, events, cancelled = KEYS[6], KEYS[7], KEYS[8], KEYS[9]
local id, reason, prefix, keep = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])

local found, has = look(job, lock, delayed, id)
if not found then return { 'unknown' } end
local before = found[1]
if before == 'completed' or before == 'failed' then return { 'ended', found } end

local time = redis.call('TIME')
local now = string.format('%d%03d', time[1], math.floor(time[2] / 1000))
local frozen = { finishedOn = now, ats = has.ats or '0', processedOn = has.processedOn or '', progress = has.progress or '' }
redis.call('HSET', job, 'failedReason', reason, 'cancelled', cjson.encode(frozen))
local wasActive = has.ats and redis.call('LREM', active, 1, id) == 1
if wasActive or redis.call('ZREM', delayed, id) == 1 or redis.call('ZREM', prioritized, id) == 1 then
  redis.call('DEL', lock)
  redis.call('SREM', stalled, id)
  if wasActive then redis.call('HINCRBY', job, 'atm', 1) end
  redis.call('HDEL', job, 'defa')
  redis.call('HSET', job, 'finishedOn', now)
  redis.call('ZADD', failed, now, id)
  -- As many are kept as BullMQ keeps at the end of a job; it trims what is above this, too.
  local over = math.min(redis.call('ZCARD', failed) - keep, 100)
  if over > 0 then
    local oldest = redis.call('ZPOPMIN', failed, over)
    for at = 1, #oldest, 2 do redis.call('UNLINK', prefix .. oldest[at], prefix .. oldest[at] .. ':logs') end
  end
else
  -- However often it loses its worker from now on, this stays its reason.
  redis.call('HSET', job, 'defa', reason, 'stc', 0)
  redis.call('ZADD', cancelled, has.timestamp, id)
end
redis.call('XADD', events, '*', 'event', 'failed', 'jobId', id, 'failedReason', reason, 'prev', before)
return { 'cancelled', (look(job, lock, delayed, id)) }`,
);

/**
 * Cancels a job. `ended`: it had ended before, be it by an earlier cancel; `unknown`: there is none. The job is as it is
 * after that.
 */
export async function cancelJob(
  connection: QueueConnection,
  id: string,
): Promise<{ outcome: 'cancelled' | 'ended' | 'unknown'; job: Found | undefined }> {
  const { client, queue } = connection;
  const sets = ['prioritized', 'active', 'stalled', 'failed', 'events', 'cancelled'];
  const keys = [...lookKeys(connection, id), ...sets.map((name) => queue.toKey(name))];
  const args = [id, CANCELLED_BY_REQUEST, queue.toKey(''), JOB_OPTIONS.removeOnFail.count];
  const [outcome, job] = (await cancel(client, keys, args)) as ['cancelled' | 'ended' | 'unknown', Reply?];
  return { outcome, job: found(job) };
}
