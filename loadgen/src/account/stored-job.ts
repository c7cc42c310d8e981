/** A job as Redis has it, read from the hash that BullMQ keeps. */
import { Computed, JobData } from '@heavy-lifter/gateway/contract';

export interface StoredJob {
  readonly id: string;
  /** Undefined if Redis does not know the job. */
  readonly data: JobData | undefined;
  /** Of a completed job. */
  readonly result: Computed | undefined;
  /** Why it failed for good. */
  readonly failure: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** When a worker started it last; undefined before the first time. */
  readonly startedAt: number | undefined;
  /** Undefined while it is neither completed nor failed. */
  readonly finishedAt: number | undefined;
  /** How often a worker has started it. */
  readonly starts: number;
}

/**
 * Names of what a job's hash holds, BullMQ's but for the last. `ats`: attempts started; `defa`: why the next worker is to
 * fail it instead of computing it; `cancelled`: as JSON, when it ended by DELETE, and more.
 */
export const FIELDS = [
  'data',
  'returnvalue',
  'timestamp',
  'processedOn',
  'finishedOn',
  'failedReason',
  'ats',
  'defa',
  'cancelled',
] as const;

/** Of those fields, in their order. Throws where they are not what the contract says. */
export function stored(id: string, fields: (string | null)[]): StoredJob {
  const [data, returnvalue, timestamp, processedOn, endedAt, failedReason, starts, deferred, cancelled] = fields;
  // A cancelled job has ended for all, though no worker may have come upon it yet.
  const isCancelled = (endedAt ? failedReason : deferred)?.startsWith('cancelled: ') && !returnvalue;
  const finishedOn = isCancelled ? JSON.parse(cancelled ?? '{}').finishedOn : endedAt;
  return {
    id,
    data: data ? JobData.parse(JSON.parse(data)) : undefined,
    result: finishedOn && returnvalue ? Computed.parse(JSON.parse(returnvalue)) : undefined,
    failure: finishedOn && !returnvalue ? (deferred ?? failedReason ?? 'no reason') : undefined,
    createdAt: Number(timestamp),
    startedAt: processedOn ? Number(processedOn) : undefined,
    finishedAt: finishedOn ? Number(finishedOn) : undefined,
    starts: Number(starts ?? 0),
  };
}
