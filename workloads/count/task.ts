/** What a task of `count` is, and what comes of one: the fields, their rules and their limits. See README.md. */
import { z } from 'zod';

/** What a request asks for. `ops` >= 1, 1 <= `chunks` <= min(64, ops), `seed` an unsigned 32-bit integer. */
export interface Task {
  readonly ops: number;
  readonly chunks: number;
  readonly seed: number;
}

export const DEFAULT_TASK: Task = { ops: 20_000_000, chunks: 8, seed: 0 };
/** The most ops of a mode that answers at once: seconds of work. */
export const MAX_OPS_DIRECT = 2e9;
/** The most ops of a mode that answers later: minutes of work. */
export const MAX_OPS_QUEUED = 1e12;
export const MAX_CHUNKS = 64;
export const MAX_SEED = 0xffff_ffff;
/** What a thread of Rust does of a task before tasks of other sizes have their turn: 2 to 100 ms, as fast as the kernel is. */
export const TURN_OPS = 2 ** 25;

function whole(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error, abort: true }).min(min, { error }).max(max, { error });
}

export function taskSchema(maxOps: number) {
  return z
    .strictObject({
      ops: whole(1, maxOps).default(DEFAULT_TASK.ops),
      chunks: whole(1, MAX_CHUNKS).optional(),
      seed: whole(0, MAX_SEED).default(DEFAULT_TASK.seed),
    })
    .transform(({ ops, chunks, seed }): Task => ({ ops, chunks: chunks ?? Math.min(DEFAULT_TASK.chunks, ops), seed }))
    .refine(({ ops, chunks }) => chunks <= ops, { path: ['chunks'], error: 'must not exceed ops' });
}

/** A task's fields where they are repeated in an answer or a report: checked when they came in. */
export const taskShape = { ops: z.int(), chunks: z.int(), seed: z.int() };

/** A task's fields where a job is stored. */
export const storedShape = {
  ops: z.int().min(1).max(MAX_OPS_QUEUED),
  chunks: z.int().min(1).max(MAX_CHUNKS),
  seed: z.int().min(0).max(MAX_SEED),
};

/** What comes of a task. `count` = ops really done. */
export const answerShape = {
  checksum: z.string().regex(/^[0-9a-f]{8}$/),
  count: z.int().min(1),
};

export interface Answer {
  readonly checksum: string;
  readonly count: number;
}
