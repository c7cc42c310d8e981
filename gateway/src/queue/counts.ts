/** How many jobs there are, in one round trip whose cost does not grow with them. */
import type { JobState } from '../contract.ts';
import type { QueueConnection } from './connection.ts';
import { script } from './script.ts';

export interface JobCounts {
  readonly states: Readonly<Record<JobState, number>>;
  /** When the job was added that has waited longest, in milliseconds since the epoch; undefined if none waits. */
  readonly oldestAt: number | undefined;
}

/**
 * A cancelled job stays in the list of those that wait until a worker comes upon it, as taking it out would be a search.
 * `cancelled` holds those, by the time that they were added, which is the order in which they are taken: what is older
 * than the head of the list has been taken. So nothing has to be told when that happens, and nothing stays for ever:
 * what was retried or handed back stands out of order and is let go early or late, by a moment.
 */
const count = script(
  'heavyLifterCount',
  `
local wait, cancelled = KEYS[1], KEYS[2]
local head = redis.call('LINDEX', wait, -1)
local since = head and redis.call('HGET', ARGV[1] .. head, 'timestamp')
if not head then
  redis.call('UNLINK', cancelled)
elseif since then
  -- Some thousand are let go in a millisecond or two; the rest has its turn at the next count.
  local taken = redis.call('ZRANGEBYSCORE', cancelled, '-inf', '(' .. since, 'LIMIT', 0, 5000)
  if #taken > 0 then redis.call('ZREM', cancelled, unpack(taken)) end
end
local over = redis.call('ZCARD', cancelled)
local waiting = math.max(0, redis.call('LLEN', wait) - over)
return {
  waiting, redis.call('LLEN', KEYS[3]), redis.call('ZCARD', KEYS[4]), redis.call('ZCARD', KEYS[5]),
  redis.call('ZCARD', KEYS[6]) + over, waiting > 0 and since or '0',
}`,
);

export async function countJobs({ client, queue }: QueueConnection): Promise<JobCounts> {
  const keys = ['wait', 'cancelled', 'active', 'delayed', 'completed', 'failed'].map((name) => queue.toKey(name));
  const reply = (await count(client, keys, [queue.toKey('')])) as (number | string)[];
  const [waiting = 0, active = 0, delayed = 0, completed = 0, failed = 0, oldestAt] = reply.map(Number);
  return { states: { waiting, active, delayed, completed, failed }, oldestAt: oldestAt || undefined };
}
