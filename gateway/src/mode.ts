/** What a mode is. A new one is a file in `modes/` that exports `create`; everything else finds it by its name. */
import type { Task } from '@heavy-lifter/workloads';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { KernelWork } from './compute/work.ts';
import type { Config } from './config.ts';
import type { Computed, JobDocument } from './contract.ts';
import { modeFile } from './mode-names.ts';

/** One request's circumstances. `signal` aborts with a reason to throw: the caller left, or the time is up. */
export interface Call {
  readonly signal: AbortSignal;
  readonly requestId: string;
  readonly idempotencyKey?: string | undefined;
}

/** Answered at once, or taken as a job that will be. */
export type Outcome = { computed: Computed } | { job: JobDocument };

export interface Mode {
  /** The size of the largest task that it takes. */
  readonly maxSize: number;
  /** Serves a valid task. Throws a `ProblemError`, or the signal's reason; anything else is a defect (500). */
  run(task: Task, call: Call): Promise<Outcome>;
  /** Resolves to what is missing, or to nothing when it can serve. Never throws, answers within half a second. */
  notReady(): Promise<string | undefined>;
  /** The setting whose bound is reached, so that the next task is refused: not what `notReady` is for, work in hand ends. */
  full?(): string | undefined;
  /** Frees everything it holds. Called once, when nothing is in flight. */
  close(): Promise<void>;
  /** Tasks taken but not started, and threads alive besides the main one; read at each scrape. */
  gauges?(): { waiting: number; threads: number };
  /** What its kernels have done; there only where this process does the arithmetic: who computes reports it, and its time. */
  kernelWork?(): KernelWork;
  /** Where tasks become jobs. */
  readonly jobs?: Jobs;
  /** Pages for the admin port. */
  readonly adminPages?: { path: string; handler: RequestHandler };
}

export interface Jobs {
  /** The job document, or nothing if the id is unknown. */
  get(id: string): Promise<JobDocument | undefined>;
  /**
   * Ends a job before it has ended by itself: its document says so from then on. Resolves to that document, or to nothing
   * if the id is unknown. Throws `job_ended` for one that has ended otherwise.
   */
  cancel(id: string): Promise<JobDocument | undefined>;
  /** The document at once and at every change, up to the final one; a slow reader skips to the latest. */
  watch(id: string, signal: AbortSignal): AsyncIterable<JobNews>;
}

/** A job document, and the same as JSON: written once for all who watch the job. */
export interface JobNews {
  readonly document: JobDocument;
  readonly json: string;
}

export interface ModeContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly registry: Registry;
}

export type CreateMode = (context: ModeContext) => Mode;

/** Loads one mode and only what it needs: in `pool` neither ioredis nor bullmq is imported. */
export async function createMode(name: string, context: ModeContext): Promise<Mode> {
  const { create } = (await import(modeFile(name).href)) as { create?: CreateMode };
  if (!create) throw new Error(`gateway/src/modes/${name}.ts exports no \`create\``);
  return create(context);
}
