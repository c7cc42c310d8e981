import { createHash, randomUUID } from 'node:crypto';
import type { Job } from 'bullmq';
import { Computed, JobData, type JobDocument, JobState, Progress } from '../contract.ts';
import type { TaskQueue } from './connection.ts';

/** What our ids look like: a UUID, or the hash of an Idempotency-Key. Anything else cannot be a job. */
const ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|key-[0-9a-f]{64})$/;

export function isJobId(id: string): boolean {
  return ID.test(id);
}

/** Hashed, because a raw key may look like an integer or hold a ':', both of which BullMQ refuses as an id. */
export function jobIdFor(idempotencyKey: string | undefined): string {
  if (idempotencyKey === undefined) return randomUUID();
  return `key-${createHash('sha256').update(idempotencyKey).digest('hex')}`;
}

/** The document of a job that was added this moment. */
export function newDocument(id: string, createdAt: number, { ops }: JobData): JobDocument {
  return {
    id,
    state: 'waiting',
    progress: { done: 0, total: ops },
    attempts: 0,
    createdAt: iso(createdAt),
    startedAt: null,
    finishedAt: null,
    links: links(id),
  };
}

export interface Stored {
  readonly job: Job<JobData>;
  readonly document: JobDocument;
}

/**
 * A stored job, or nothing if there is none or it is in none of our states (removed meanwhile). The state is read
 * before the job: of the two moments the job's is the later one, and a job that has ended says so itself.
 */
export async function lookUp(queue: TaskQueue, id: string): Promise<Stored | undefined> {
  const bullState = await queue.getJobState(id);
  const job = await queue.getJob(id);
  const { data: state } = JobState.safeParse(job && hasEnded(job) ? endOf(job) : bullState);
  return job && state && { job, document: toDocument(id, job, state) };
}

const hasEnded = (job: Job) => job.finishedOn !== undefined;
/** Only a completed job has a return value; a reason may stem from an attempt before the one that succeeded. */
const endOf = (job: Job): JobState => (job.returnvalue === null ? 'failed' : 'completed');

function toDocument(id: string, job: Job<JobData>, state: JobState): JobDocument {
  // Whoever reaches Redis can add jobs that are none of ours; the worker fails them, and this must say so.
  const total = JobData.safeParse(job.data).data?.ops ?? 0;
  const { data: progress } = Progress.safeParse(job.progress);
  return {
    id,
    state,
    progress: state === 'completed' ? { done: total, total } : (progress ?? { done: 0, total }),
    attempts: job.attemptsStarted,
    createdAt: iso(job.timestamp),
    startedAt: job.processedOn ? iso(job.processedOn) : null,
    finishedAt: job.finishedOn ? iso(job.finishedOn) : null,
    ...(state === 'completed' ? { result: Computed.parse(job.returnvalue) } : {}),
    ...(state === 'failed' ? { failure: failure(job.failedReason ?? '') } : {}),
    links: links(id),
  };
}

/** Workers write `code: detail`; a text without a code is BullMQ's own. */
function failure(reason: string): { code: string; detail: string } {
  const [, code, detail] = /^([a-z_]+): (.*)$/s.exec(reason) ?? [];
  if (code !== undefined && detail !== undefined) return { code, detail };
  return { code: reason.includes('stalled') ? 'stalled' : 'failed', detail: reason };
}

function links(id: string): JobDocument['links'] {
  const self = `/jobs/${id}`;
  return { self, events: `${self}/events`, ws: `${self}/ws` };
}

const iso = (ms: number) => new Date(ms).toISOString();
