/** A chaos run's result: `results/<time>-chaos-<mode>/result.json`. */
import { z } from 'zod';
import { LatencyMs } from '../load/latency.ts';
import { FAULTS, TARGETS } from './cells.ts';

const Count = z.int().min(0);
const Ms = z.number().min(0).nullable();

/** Of an OVERLOAD. `served`: accepted or answered; `refusedMs`: how long a refusal took. */
export const Overload = z.object({
  asked: Count,
  served: Count,
  refused: Count,
  /** Due and not asked, because too many had no answer. */
  skipped: Count,
  refusedMs: LatencyMs,
  /** Of the gateway. */
  peakRssBytes: z.number().min(0),
});
export type Overload = z.infer<typeof Overload>;

export const Round = z.object({
  /** Of the steady state before the fault. */
  steadyPerS: z.number().min(0),
  /** Whether everything was well again in time. */
  recovered: z.boolean(),
  /** From the fault, on one monotonic clock; null for what did not happen or does not apply. */
  ms: z.object({
    /** To the end of a fault that goes on for a while. */
    faultOver: Ms,
    /** To the first request that was not served. */
    firstError: Ms,
    /** To a new process of the service. */
    running: Ms,
    /** To its readiness. */
    ready: Ms,
    /** To the first good answer after an error. */
    firstSuccess: Ms,
    /** To the first second with 90 % of the former throughput: of completed jobs in `queue`, else of answers. */
    throughput: Ms,
    /** To a backlog as before. */
    backlog: Ms,
    /** To the second start of the job that a worker had in hand. */
    jobStartedAgain: Ms,
  }),
  bystander: z.object({ ...LatencyMs.shape, failed: Count }),
  /** Requests in flight when the fault came, and how many of them were not served at the first try. */
  inHand: z.object({ requests: Count, notServed: Count }),
  overload: Overload.optional(),
});
export type Round = z.infer<typeof Round>;

export const ChaosCounts = z.object({
  sent: Count,
  acknowledged: Count,
  completed: Count,
  lost: Count,
  failed: Count,
  refused: Count,
  unknown: Count,
  cancelled: Count.default(0),
  open: Count,
  startedAgain: Count,
  repeated: Count,
});

export const CellResult = z.object({
  target: z.enum(TARGETS),
  fault: z.enum(FAULTS),
  rounds: z.array(Round),
  counts: ChaosCounts,
  /** Why requests or jobs failed, or had no answer. */
  reasons: z.record(z.string(), Count),
  /** What broke the promise; empty if nothing did. */
  broken: z.array(z.string()),
});
export type CellResult = z.infer<typeof CellResult>;

export const ChaosResult = z.object({
  schema: z.literal(1),
  id: z.string(),
  startedAt: z.iso.datetime(),
  mode: z.string(),
  runtime: z.enum(['local', 'docker']),
  load: z.object({ ratePerS: z.number(), ops: z.int(), chunks: z.int() }),
  machine: z.object({ cpu: z.string(), cores: z.int(), memoryBytes: z.number(), os: z.string(), arch: z.string() }),
  versions: z.record(z.string(), z.string()),
  cells: z.array(CellResult),
});
export type ChaosResult = z.infer<typeof ChaosResult>;
