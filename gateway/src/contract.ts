/**
 * What travels: tasks in, answers, job documents and problems out, jobs through the queue. One zod schema each; the
 * JSON Schemas and `openapi.yaml` in `workloads/count/` are generated from these, types are inferred from them.
 */
import { workload } from '@heavy-lifter/workloads';
import { z } from 'zod';

/** The BullMQ queue, and the one kind of job in it. */
export const QUEUE_NAME = 'tasks';
export const JOB_NAME = 'compute';

export const HOUR_S = 3600;

/** Of every job: how often it is tried, and how long it can be asked for. */
export const JOB_OPTIONS = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: { age: HOUR_S, count: 100_000 },
  removeOnFail: { age: 24 * HOUR_S, count: 10_000 },
} as const;

/** Printable ASCII, 1 to 255 characters; HTTP takes away blanks in front and behind. */
export const IDEMPOTENCY_KEY = /^[!-~][ -~]{0,254}$/;

export const Timings = z.object({
  /** From handing the task to the mode until its first chunk started. */
  queuedMs: z.number().min(0),
  /** Wall time from the first chunk's start to the last one's end. */
  computeMs: z.number().min(0),
});

/** What computing a task yields: the answer of `POST /compute` and a job's return value. */
export const Computed = z.object({
  ...workload.answerShape,
  kernel: z.string().min(1),
  timings: Timings,
});
export type Computed = z.infer<typeof Computed>;

/** The gateway's answer of 200 to `/blocking`: who served what, and the result. */
export const Answer = z.object({
  mode: z.string(),
  ...workload.taskShape,
  ...Computed.shape,
});
export type Answer = z.infer<typeof Answer>;

/** A job's payload. `v` lets a worker refuse what a later gateway wrote. */
export const JobData = z.object({
  v: z.literal(1),
  ...workload.storedShape,
  requestId: z.string(),
});
export type JobData = z.infer<typeof JobData>;

/** In the workload's unit; a total of 0 where the job's data is no task. */
export const Progress = z.object({ done: z.int().min(0), total: z.int().min(0) });
export type Progress = z.infer<typeof Progress>;

export const JobState = z.enum(['waiting', 'active', 'delayed', 'completed', 'failed']);
export type JobState = z.infer<typeof JobState>;

export const JobDocument = z.object({
  id: z.string(),
  state: JobState,
  progress: Progress,
  /** How often a worker has started it. */
  attempts: z.int().min(0),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  result: Computed.optional(),
  failure: z.object({ code: z.string(), detail: z.string() }).optional(),
  links: z.object({ self: z.string(), events: z.string(), ws: z.string() }),
});
export type JobDocument = z.infer<typeof JobDocument>;

/** No later change follows these. */
export function isFinal(state: JobState): boolean {
  return state === 'completed' || state === 'failed';
}

/** An error on the wire: RFC 9457 with a stable `code`. Internals never appear in it. */
export const Problem = z.object({
  type: z.literal('about:blank'),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
  /** The setting whose bound refused the request. */
  limit: z.string().optional(),
  requestId: z.string(),
});
export type Problem = z.infer<typeof Problem>;
