/** A run's result: `results/<time>-<mode>/result.json`. The JSON Schema in `schema/` is generated from this. */
import { workload } from '@heavy-lifter/workloads';
import { z } from 'zod';
import { LatencyMs } from '../load/latency.ts';
import { Resource } from '../watch/resources.ts';
import { Cost, NO_COST } from './cost.ts';
import { Disturbance, UNKNOWN } from './disturbance.ts';

const Count = z.int().min(0);
const PerSecond = z.number().min(0);

const BystanderMs = z.object({ ...LatencyMs.shape, failed: Count });

export const Result = z.object({
  /** 1 and 2 had another name for what a core does a second. */
  schema: z.literal(3),
  /** Also the folder's name. */
  id: z.string(),
  startedAt: z.iso.datetime(),
  mode: z.string(),
  runtime: z.enum(['local', 'docker']),
  /** Whether its figures may be held against those of other machines; `notes` say why not. */
  comparable: z.boolean(),
  notes: z.array(z.string()),
  machine: z.object({
    cpu: z.string(),
    cores: z.int(),
    memoryBytes: z.number(),
    os: z.string(),
    arch: z.string(),
  }),
  /** Lists of CPUs; empty where nothing is pinned. */
  plan: z.object({
    serviceCpus: z.string(),
    generatorCpus: z.string(),
    redisCpus: z.string(),
    serviceCores: z.int().min(1),
    threads: z.int().min(1),
  }),
  versions: z.record(z.string(), z.string()),
  /** Calibrated in this run, on the path that served it. */
  kernel: z.object({
    path: z.string(),
    /** Of the best answer of one chunk, by its wall time. */
    sizePerSecondPerCore: z.number().min(0),
    /** Of all of them, by the thread's CPU time. */
    sizePerCpuSecond: z.number().min(0).nullable().default(null),
  }),
  request: z.object({
    connections: z.int(),
    durationS: z.number(),
    warmupS: z.number(),
    /** When the client gave a request up; null where it waited beyond the end of the load. */
    timeoutS: z.number().nullable().default(null),
    /** Requests a second of the open loop, null for the closed loop. */
    rate: z.number().nullable(),
    ...workload.taskShape,
  }),
  verify: z.object({ vectors: Count, answers: Count }),
  /** sent = the sum of the others. */
  counts: z.object({
    sent: Count,
    ok: Count,
    accepted: Count,
    refused: Count,
    failed: Count,
    unknown: Count,
    cut: Count,
  }),
  /** Why requests were refused, failed or lost. */
  reasons: z.record(z.string(), Count),
  /** Of 200 and 202; with a rate, from the intended start. */
  latencyMs: LatencyMs,
  throughput: z.object({ answeredPerS: PerSecond, completedPerS: PerSecond }),
  bystander: z.object({
    idle: BystanderMs,
    loaded: BystanderMs,
    /** Answers a second of /non-blocking alone, with the same connections. */
    capacityPerS: PerSecond,
    /** Only in `queue`: at 70 % of the accepting capacity. */
    paced: z.object({ ratePerS: PerSecond, ...BystanderMs.shape }).nullable(),
  }),
  queue: z
    .object({
      accepted: Count,
      completedDuring: Count,
      completed: Count,
      failed: Count,
      /** Accepted jobs that Redis does not know though it forgot none. */
      missing: Count,
      /** Accepted jobs that Redis may have forgotten, as it keeps only so many, before they were read. */
      unread: Count.default(0),
      backlogAtEnd: Count,
      drainS: z.number().min(0),
      drainPerS: PerSecond,
      drainEfficiency: z.number().min(0).nullable(),
      /** How long what was left would have taken; 0 if nothing was. */
      projectedDrainS: z.number().min(0).nullable(),
      /** Accepted and not done when the drain ended: accepted = completed + failed + missing + unread + discarded. */
      discarded: Count,
      endToEndMs: LatencyMs,
      /** 1/accepted - 1/capacity of the bystander: what accepting costs on top of answering, in microseconds. */
      acceptCostUs: z.number().nullable(),
    })
    .nullable(),
  resources: z.record(z.string(), Resource),
  /** CPU in ms that each service spends on one look at its metrics; Prometheus takes one a second. */
  scrapeCpuMs: z.record(z.string(), z.number().min(0)).default({}),
  cost: Cost.default(NO_COST),
  /** Of the time of the load. */
  disturbance: Disturbance.default(UNKNOWN),
  /** CPU seconds of the arithmetic of completed tasks over the core seconds there were. */
  efficiency: z.number().min(0),
  generator: z.object({
    utilization: z.number().min(0).max(1),
    saturated: z.boolean(),
    /** Requests that were due and not sent, because too many had no answer. */
    skipped: Count,
  }),
});
export type Result = z.infer<typeof Result>;
