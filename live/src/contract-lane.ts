/** What the page is told of a lane. */
import { z } from 'zod';
import { SERVICE_VERBS } from './limits.ts';

/** A lane's name: its mode. */
export const lane = z.string();
export const count = z.int().min(0);

/** One heartbeat. It is sent again, with the same `n`, when its state changes. */
export const Tick = z.object({
  n: count,
  at: z.number(),
  /** `open`: not answered and not yet a hole; `ours`: late by our own fault; `failed`: answered, but not with 200. */
  state: z.enum(['open', 'ok', 'hole', 'none', 'ours', 'failed']),
  /** How long the answer took; null where there is none (yet). */
  ms: z.number().nullable(),
});
export type Tick = z.infer<typeof Tick>;

/** Of the last 5 seconds. Percentiles of few answers are told with their number. */
export const Recent = z.object({ count, p50: z.number().nullable(), p99: z.number().nullable() });

/** What was asked and what became of it, by the same ledger as in every report. */
export const Account = z.object({
  sent: count,
  ok: count,
  accepted: count,
  refused: count,
  failed: count,
  unknown: count,
  open: count,
  /** Whether sent = ok + accepted + refused + failed + unknown + open. */
  addsUp: z.boolean(),
  /** Answers that are not what was asked for. */
  wrong: count,
  /** Only of a queue: acknowledged = done + failed + cancelled + cleared + notYet + lost. */
  jobs: z
    .object({
      acknowledged: count,
      done: count,
      failed: count,
      cancelled: count,
      cleared: count,
      /** Not yet found done. */
      notYet: count,
      /** Neither ended nor still there. Null until that could be asked. */
      lost: count.nullable(),
    })
    .nullable(),
});
export type Account = z.infer<typeof Account>;

/** A real process on the way of a lane. */
export const Service = z.object({
  name: z.string(),
  /** Its place on the way: what callers speak to first, last what computes. */
  role: z.enum(['gateway', 'compute', 'store']),
  state: z.enum(['running', 'starting', 'paused', 'stopped', 'unknown']),
  /** When it came into that state. */
  since: z.number(),
  /** Cores used of late: 0.5 is half of one. */
  cpu: z.number().nullable(),
  rssBytes: z.number().nullable(),
  restarts: count.nullable(),
  /** What may be done to it now. */
  verbs: z.array(z.enum(SERVICE_VERBS)),
});
export type Service = z.infer<typeof Service>;

export const Lane = z.object({
  lane,
  users: count,
  /** Users there are because of a barrage, within `users`. */
  barrage: count,
  ticks: z.array(Tick),
  promisedPerS: z.number().nullable(),
  donePerS: z.number().nullable(),
  recent: Recent,
  /** Accepted or asked for, and not done; and how long that takes at the present rate. Null: unknown, or never at this rate. */
  backlog: z.object({ tasks: count.nullable(), goneInS: z.number().nullable() }),
  account: Account,
  /** Why requests were refused, failed or lost: the commonest first. */
  reasons: z.array(z.object({ reason: z.string(), count })),
  services: z.array(Service),
  /** Since when its gateway has not been heard; null while it is. */
  silentSince: z.number().nullable(),
});
export type Lane = z.infer<typeof Lane>;
