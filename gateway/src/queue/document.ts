import { createHash, randomUUID } from 'node:crypto';
import { workload } from '@heavy-lifter/workloads';
import { Computed, JobData, type JobDocument, Progress } from '../contract.ts';
import { type Found, isCancelled, reasonOf } from './look.ts';

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
export function newDocument(id: string, createdAt: number, data: JobData): JobDocument {
  return {
    id,
    state: 'waiting',
    progress: { done: 0, total: workload.sizeOf(data) },
    attempts: 0,
    createdAt: iso(createdAt),
    startedAt: null,
    finishedAt: null,
    links: links(id),
  };
}

/** The document of a stored job. */
export function toDocument(id: string, job: Found): JobDocument {
  const { state } = job;
  // A cancelled job's is the one of that moment, whatever its worker has written since.
  const hash = isCancelled(job) ? { ...job.hash, ...(parsed(job.hash.cancelled) as Found['hash']) } : job.hash;
  // Whoever reaches Redis can add jobs that are none of ours; the worker fails them, and this must say so.
  const task = storedTask(hash);
  const total = task ? workload.sizeOf(task) : 0;
  const { data: progress } = Progress.safeParse(parsed(hash.progress));
  return {
    id,
    state,
    progress: state === 'completed' ? { done: total, total } : (progress ?? { done: 0, total }),
    attempts: Number(hash.ats ?? 0),
    createdAt: iso(Number(hash.timestamp)),
    startedAt: hash.processedOn ? iso(Number(hash.processedOn)) : null,
    finishedAt: hash.finishedOn ? iso(Number(hash.finishedOn)) : null,
    ...(state === 'completed' ? { result: Computed.parse(parsed(hash.returnvalue)) } : {}),
    ...(state === 'failed' ? { failure: failure(reasonOf(job)) } : {}),
    links: links(id),
  };
}

/** The task of a stored job, or nothing if what is stored is none. */
export function storedTask(hash: Found['hash']): JobData | undefined {
  return JobData.safeParse(parsed(hash.data)).data;
}

function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
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
