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
  /** Undefined while it is neither completed nor failed. */
  readonly finishedAt: number | undefined;
  /** How often a worker has started it. */
  readonly starts: number;
}

/** BullMQ's names of what a job's hash holds; `ats`: attempts started. */
export const FIELDS = ['data', 'returnvalue', 'timestamp', 'finishedOn', 'failedReason', 'ats'] as const;

/** Of those fields, in their order. Throws where they are not what the contract says. */
export function stored(id: string, fields: (string | null)[]): StoredJob {
  const [data, returnvalue, timestamp, finishedOn, failedReason, starts] = fields;
  return {
    id,
    data: data ? JobData.parse(JSON.parse(data)) : undefined,
    result: finishedOn && returnvalue ? Computed.parse(JSON.parse(returnvalue)) : undefined,
    failure: finishedOn && !returnvalue ? (failedReason ?? 'no reason') : undefined,
    createdAt: Number(timestamp),
    finishedAt: finishedOn ? Number(finishedOn) : undefined,
    starts: Number(starts ?? 0),
  };
}
