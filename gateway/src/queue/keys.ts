/**
 * Idempotency-Keys: each is remembered for an hour from its first use, with its task, whatever became of its job. Redis
 * keeps a job for as long as there is room among the last ones that ended; the promise must not depend on that.
 */
import { type Task, workload } from '@heavy-lifter/workloads';
import type { DeduplicationOptions } from 'bullmq';
import { HOUR_S } from '../contract.ts';
import { ProblemError } from '../errors.ts';
import type { QueueConnection } from './connection.ts';
import { type Found, found, LOOK, lookKeys } from './look.ts';
import { type Reply, script } from './script.ts';

const REMEMBERED_MS = HOUR_S * 1000;

/**
 * Says what there is of a key, or files it: `keys` has the time of its first use, `keys:tasks` its task. What is too old
 * is let go first, by Redis' own clock, some hundred at each call. Answers:
 *
 * - `known` and the job, as it is now;
 * - `gone`: there was a job, as BullMQ's own mark (see `markOf`) says, and it is not kept any more;
 * - `add`: there has been none. That may be a later try after a process died between filing and adding;
 * - `mismatch`: the key belongs to another task;
 * - `full` and after how many milliseconds the oldest key is let go.
 */
const file = script(
  'heavyLifterKey',
  `${LOOK}
local times, tasks, mark = KEYS[4], KEYS[5], KEYS[6]
local id, name, task, keep, max = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function forget(names)
  if #names == 0 then return end
  redis.call('ZREM', times, unpack(names))
  redis.call('HDEL', tasks, unpack(names))
end
forget(redis.call('ZRANGEBYSCORE', times, '-inf', now - keep, 'LIMIT', 0, 500))
local since = redis.call('ZSCORE', times, name)
if since and tonumber(since) <= now - keep then
  forget({ name })
  since = nil
end

local filed = since and redis.call('HGET', tasks, name)
if filed and filed ~= task then return { 'mismatch' } end
local job = look(KEYS[1], KEYS[2], KEYS[3], id)
if job then return { 'known', job } end
if redis.call('EXISTS', mark) == 1 then return { 'gone' } end
if filed then return { 'add' } end
if redis.call('ZCARD', times) >= max then
  local oldest = redis.call('ZRANGE', times, 0, 0, 'WITHSCORES')
  return { 'full', tonumber(oldest[2]) + keep - now }
end
redis.call('ZADD', times, now, name)
redis.call('HSET', tasks, name, task)
return { 'add' }`,
);

/**
 * What BullMQ writes in the same step as the job, and leaves when the job goes: so an absent job is known to have been
 * there. While it is there BullMQ adds no other job with it.
 */
export function markOf(jobId: string): DeduplicationOptions {
  return { id: nameOf(jobId), ttl: REMEMBERED_MS };
}

/** 128 bits of the key's hash: short, as there are many. */
const nameOf = (jobId: string) => jobId.slice('key-'.length, 'key-'.length + 32);

/**
 * The job that a key stands for already, or nothing if it is to be added now. Throws `idempotency_mismatch`, `result_gone`
 * and, when `max` keys are remembered and this would be another, `overloaded`.
 */
export async function recall(
  connection: QueueConnection,
  jobId: string,
  task: Task,
  max: number,
): Promise<Found | undefined> {
  const { client, queue } = connection;
  const name = nameOf(jobId);
  const own = ['keys', 'keys:tasks', `de:${name}`].map((key) => queue.toKey(key));
  const args = [jobId, name, workload.keyOf(task), REMEMBERED_MS, max];
  const [answer, more] = (await file(client, [...lookKeys(connection, jobId), ...own], args)) as [string, Reply?];
  if (answer === 'mismatch') throw mismatch();
  if (answer === 'gone') throw resultGone();
  if (answer === 'full') {
    const retryAfterS = Number(more) / 1000;
    throw new ProblemError('overloaded', `${max} keys are remembered`, { limit: 'MAX_KEYS', retryAfterS });
  }
  return found(more);
}

export const mismatch = () => new ProblemError('idempotency_mismatch', 'this Idempotency-Key belongs to another task');
export const resultGone = () =>
  new ProblemError('result_gone', 'the job of this Idempotency-Key has ended, and is not kept any more');
