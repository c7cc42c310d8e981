/**
 * How much work is accepted and not ended. Two counters beside the queue's keys hold its size, one for jobs of one turn
 * and one for larger ones: gateways add what they accepted, workers take off what has ended (`rust-worker/src/ended.rs`),
 * both a few times a second. What that misses (a process that was killed, jobs that were removed by hand) is set right
 * whenever few jobs are left, by looking at each.
 */
import { workload } from '@heavy-lifter/workloads';
import type { QueueConnection } from './connection.ts';
import { script } from './script.ts';

/** Jobs that tell how fast workers are. */
const LAST_ENDED = 16;
/** The time of a job that takes less than a millisecond is that of waking threads. */
const TELLING_SIZE = workload.usualRate / 1000;
/** Seconds after which a rate is believed by half, where jobs ended and did not reach it. */
const RATE_HALF_LIFE_S = 300;
/** At so many jobs each is looked at: a millisecond or two of Redis, so not at every sample. */
const FEW_JOBS = 1_000;
const LOOK_EVERY = 8;

/**
 * Adds what was accepted, and returns both counters and the rate of the jobs that ended last, in size per second. It is
 * that of the fastest, and is remembered for some minutes: threads that are shared, with other jobs or with a gateway
 * that accepts as fast as it can, only make a job look slower than workers will be.
 */
const exchange = script(
  'heavyLifterWork',
  `
local work, wait, active, delayed, completed = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local prefix, ofOneTurn, few, telling = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local lastEnded, halfLife = tonumber(ARGV[7]), tonumber(ARGV[8])
local pattern = '"' .. ARGV[9] .. '":(%d+)'
local function sizeOf(data) return data and tonumber(string.match(data, pattern)) or 0 end

if ARGV[1] ~= '0' then redis.call('HINCRBY', work, 'turn', ARGV[1]) end
if ARGV[2] ~= '0' then redis.call('HINCRBY', work, 'more', ARGV[2]) end
local left = redis.call('LLEN', wait) + redis.call('LLEN', active) + redis.call('ZCARD', delayed)
if left == 0 then
  redis.call('HDEL', work, 'turn', 'more')
elseif left <= few then
  local turn, more = 0, 0
  local lists = { redis.call('LRANGE', wait, 0, -1), redis.call('LRANGE', active, 0, -1), redis.call('ZRANGE', delayed, 0, -1) }
  for _, ids in ipairs(lists) do
    for _, id in ipairs(ids) do
      local job = redis.call('HMGET', prefix .. id, 'data', 'cancelled')
      local size = job[2] and 0 or sizeOf(job[1])
      if size > ofOneTurn then more = more + size else turn = turn + size end
    end
  end
  redis.call('HSET', work, 'turn', string.format('%.0f', turn), 'more', string.format('%.0f', more))
end

local known = redis.call('HMGET', work, 'rate', 'rateAt')
local now = tonumber(redis.call('TIME')[1])
local remembered = tonumber(known[1] or 0)
local believed = remembered * 0.5 ^ (math.max(0, now - tonumber(known[2] or now)) / halfLife)
local seen = 0
for _, id in ipairs(redis.call('ZREVRANGE', completed, 0, lastEnded - 1)) do
  local job = redis.call('HMGET', prefix .. id, 'data', 'returnvalue')
  local size, ms = sizeOf(job[1]), job[2] and tonumber(string.match(job[2], '"computeMs":([%d.]+)')) or 0
  if size >= telling and ms > 0 then seen = math.max(seen, size * 1000 / ms) end
end
if seen > believed then redis.call('HSET', work, 'rate', string.format('%.0f', seen), 'rateAt', now) end
-- A night without a job says nothing against what was remembered: only jobs that took longer do.
local rate = seen > 0 and math.max(seen, believed) or remembered
local counters = redis.call('HMGET', work, 'turn', 'more')
return { counters[1] or '0', counters[2] or '0', string.format('%.0f', rate) }`,
);

/** The size of all jobs of one turn together, and that of all larger ones. */
interface Sizes {
  turn: number;
  more: number;
}

const sum = (a: Sizes, b: Sizes): Sizes => ({ turn: a.turn + b.turn, more: a.more + b.more });

export class Work {
  #known: Sizes = { turn: 0, more: 0 };
  #acceptedSince: Sizes = { turn: 0, more: 0 };
  #sizePerS = workload.usualRate;
  #samples = 0;

  /** A job was accepted, or with a negative number was not after all. */
  add(size: number): void {
    this.#acceptedSince[kind(size)] += size;
  }

  /** Seconds that workers will need for what is accepted and not ended. */
  get seconds(): number {
    return this.secondsBefore(workload.maxSize.queued);
  }

  /**
   * Seconds of work that a job of this size would have before it. Jobs of one turn wait for each other; larger ones let
   * them in between, and wait for all.
   */
  secondsBefore(size: number): number {
    return this.secondsOf(this.#of('turn') + (kind(size) === 'more' ? this.#of('more') : 0));
  }

  /** Whether a job of this size would be the only one of its kind, large or of one turn. */
  isAlone(size: number): boolean {
    return this.#of(kind(size)) === 0;
  }

  /** By the rate of the jobs that ended last. */
  secondsOf(size: number): number {
    return size / this.#sizePerS;
  }

  /** Tells Redis what was accepted here and learns what there is. */
  async exchange({ client, queue }: QueueConnection): Promise<void> {
    const accepted = this.#acceptedSince;
    this.#acceptedSince = { turn: 0, more: 0 };
    const keys = ['work', 'wait', 'active', 'delayed', 'completed'].map((name) => queue.toKey(name));
    const few = this.#samples++ % LOOK_EVERY === 0 ? FEW_JOBS : 0;
    const args = [
      accepted.turn,
      accepted.more,
      queue.toKey(''),
      workload.turnSize,
      few,
      TELLING_SIZE,
      LAST_ENDED,
      RATE_HALF_LIFE_S,
      workload.unit,
    ];
    // Until the reply it is part of neither.
    this.#known = sum(this.#known, accepted);
    try {
      const [turn = 0, more = 0, sizePerS = 0] = ((await exchange(client, keys, args)) as string[]).map(Number);
      this.#known = { turn, more };
      if (sizePerS > 0) this.#sizePerS = sizePerS;
    } catch (error) {
      this.#known = sum(this.#known, { turn: -accepted.turn, more: -accepted.more });
      this.#acceptedSince = sum(this.#acceptedSince, accepted);
      throw error;
    }
  }

  /** Below zero for a moment where an end was told before its beginning. */
  #of(kind: keyof Sizes): number {
    return Math.max(0, this.#known[kind] + this.#acceptedSince[kind]);
  }
}

const kind = (size: number): keyof Sizes => (Math.abs(size) > workload.turnSize ? 'more' : 'turn');
