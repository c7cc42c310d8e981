/**
 * How much work is accepted and not ended. Two counters beside the queue's keys hold it in ops, one for jobs of one turn
 * and one for larger ones: gateways add what they accepted, workers take off what has ended (`rust-worker/src/ended.rs`),
 * both a few times a second. What that misses (a process that was killed, jobs that were removed by hand) is set right
 * whenever few jobs are left, by looking at each.
 */
import { MAX_OPS_QUEUED, TURN_OPS } from '../contract.ts';
import type { QueueConnection } from './connection.ts';
import { script } from './script.ts';

/** Before the first job has ended. */
const FIRST_OPS_PER_S = 1e9;
/** Jobs that tell how fast workers are. */
const LAST_ENDED = 16;
/** The time of a smaller job is that of waking threads. */
const TELLING_OPS = 1e6;
/** Seconds after which a rate is believed by half, where jobs ended and did not reach it. */
const RATE_HALF_LIFE_S = 300;
/** At so many jobs each is looked at: a millisecond or two of Redis, so not at every sample. */
const FEW_JOBS = 1_000;
const LOOK_EVERY = 8;

/**
 * Adds what was accepted, and returns both counters and the rate of the jobs that ended last, in ops per second. It is
 * that of the fastest, and is remembered for some minutes: threads that are shared, with other jobs or with a gateway
 * that accepts as fast as it can, only make a job look slower than workers will be.
 */
const exchange = script(
  'heavyLifterWork',
  `
local work, wait, active, delayed, completed = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local prefix, ofOneTurn, few, telling = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local lastEnded, halfLife = tonumber(ARGV[7]), tonumber(ARGV[8])
local function ops(data) return data and tonumber(string.match(data, '"ops":(%d+)')) or 0 end

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
      local size = job[2] and 0 or ops(job[1])
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
  local size, ms = ops(job[1]), job[2] and tonumber(string.match(job[2], '"computeMs":([%d.]+)')) or 0
  if size >= telling and ms > 0 then seen = math.max(seen, size * 1000 / ms) end
end
if seen > believed then redis.call('HSET', work, 'rate', string.format('%.0f', seen), 'rateAt', now) end
-- A night without a job says nothing against what was remembered: only jobs that took longer do.
local rate = seen > 0 and math.max(seen, believed) or remembered
local counters = redis.call('HMGET', work, 'turn', 'more')
return { counters[1] or '0', counters[2] or '0', string.format('%.0f', rate) }`,
);

/** Ops in jobs of one turn, and in larger ones. */
interface Ops {
  turn: number;
  more: number;
}

const sum = (a: Ops, b: Ops): Ops => ({ turn: a.turn + b.turn, more: a.more + b.more });

export class Work {
  #known: Ops = { turn: 0, more: 0 };
  #acceptedSince: Ops = { turn: 0, more: 0 };
  #opsPerS = FIRST_OPS_PER_S;
  #samples = 0;

  /** A job was accepted, or with a negative number was not after all. */
  add(ops: number): void {
    this.#acceptedSince[kind(ops)] += ops;
  }

  /** Seconds that workers will need for what is accepted and not ended. */
  get seconds(): number {
    return this.secondsBefore(MAX_OPS_QUEUED);
  }

  /**
   * Seconds of work that a job of so many ops would have before it. Jobs of one turn wait for each other; larger ones let
   * them in between, and wait for all.
   */
  secondsBefore(ops: number): number {
    return this.secondsOf(this.#of('turn') + (kind(ops) === 'more' ? this.#of('more') : 0));
  }

  /** Whether a job of so many ops would be the only one of its kind, large or of one turn. */
  isAlone(ops: number): boolean {
    return this.#of(kind(ops)) === 0;
  }

  /** By the rate of the jobs that ended last. */
  secondsOf(ops: number): number {
    return ops / this.#opsPerS;
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
      TURN_OPS,
      few,
      TELLING_OPS,
      LAST_ENDED,
      RATE_HALF_LIFE_S,
    ];
    // Until the reply it is part of neither.
    this.#known = sum(this.#known, accepted);
    try {
      const [turn = 0, more = 0, opsPerS = 0] = ((await exchange(client, keys, args)) as string[]).map(Number);
      this.#known = { turn, more };
      if (opsPerS > 0) this.#opsPerS = opsPerS;
    } catch (error) {
      this.#known = sum(this.#known, { turn: -accepted.turn, more: -accepted.more });
      this.#acceptedSince = sum(this.#acceptedSince, accepted);
      throw error;
    }
  }

  /** Below zero for a moment where an end was told before its beginning. */
  #of(kind: keyof Ops): number {
    return Math.max(0, this.#known[kind] + this.#acceptedSince[kind]);
  }
}

const kind = (ops: number): keyof Ops => (Math.abs(ops) > TURN_OPS ? 'more' : 'turn');
