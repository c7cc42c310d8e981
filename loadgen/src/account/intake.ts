/**
 * Ended jobs, taken in while a run goes on: Redis keeps only so many of them and only for so long, and what it has
 * forgotten at the end of a run looks as if it had been lost.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_OPTIONS } from '@heavy-lifter/gateway/contract';
import type { Backlog } from './backlog.ts';
import type { Ledger } from './ledger.ts';
import type { StoredJob } from './stored-job.ts';

/** How many completed jobs Redis keeps, and in ms how often to look and how long an end has to lie back. */
export interface Pace {
  readonly keeps: number;
  readonly lookMs: number;
  /** A worker sets the time of an end before it tells Redis, and the caller hears of a job after Redis does. */
  readonly settleMs: number;
}

const USUAL: Pace = { keeps: JOB_OPTIONS.removeOnComplete.count, lookMs: 1_000, settleMs: 2_000 };
/** Of what Redis keeps. Until then nothing is read, so a short load has nothing beside it. */
const UNREAD_SHARE = 1 / 4;
/** A part of the hour for which Redis keeps a completed job. */
const UNREAD_MS = 300_000;
/** Jobs a round trip: the generator must not be held up by reading them. */
const BATCH = 50;

/** When a job began and ended, in milliseconds since the epoch, and whether it was done. */
export interface Ended {
  readonly createdAt: number;
  readonly finishedAt: number;
  readonly completed: boolean;
}

export class Intake {
  /** The ledger's jobs that ended, by id; each was checked against the ledger when it was filed. */
  readonly ended = new Map<string, Ended>();
  readonly #backlog: Backlog;
  readonly #ledger: Ledger;
  readonly #pace: Pace;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  /** All that ended until then was taken in; milliseconds since the epoch. */
  #readTo = Date.now();
  #forgotten = false;

  /** Begins at once. */
  constructor(backlog: Backlog, ledger: Ledger, pace: Pace = USUAL) {
    this.#backlog = backlog;
    this.#ledger = ledger;
    this.#pace = pace;
    this.#watching = this.#watch();
  }

  /** Whether Redis may have forgotten jobs before they were taken in: then what it does not know is not lost. */
  get incomplete(): boolean {
    return this.#forgotten;
  }

  /** Files a job that Redis knows, and checks its result. Without effect on one that has not ended. */
  file({ id, data, result, createdAt, finishedAt }: StoredJob): void {
    if (!data || finishedAt === undefined) return;
    if (result) this.#ledger.check(data, result);
    this.ended.set(id, { createdAt, finishedAt, completed: result !== undefined });
  }

  /** Ends it; what is not taken in by then is looked up by its id. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
    // What cannot be told counts as forgotten.
    await this.#noteForgotten().catch(() => {
      this.#forgotten = true;
    });
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(this.#pace.lookMs, undefined, { signal }).catch(() => undefined);
      // A Redis that is away for a moment keeps what it has; the next look takes it in.
      await this.#look(Date.now() - this.#pace.settleMs).catch(() => undefined);
    }
  }

  async #look(to: number): Promise<void> {
    const unread = await this.#backlog.countEnded(this.#readTo, to);
    if (unread < this.#pace.keeps * UNREAD_SHARE && to - this.#readTo < UNREAD_MS) return;
    await this.#noteForgotten();
    const ids = await this.#backlog.idsEnded(this.#readTo, to);
    const own = ids.filter((id) => this.#ledger.jobs.has(id) && !this.ended.has(id));
    for await (const job of this.#backlog.lookUp(own, BATCH)) this.file(job);
    this.#readTo = to;
  }

  async #noteForgotten(): Promise<void> {
    this.#forgotten ||= await this.#backlog.hasForgotten(this.#readTo, this.#pace.keeps);
  }
}
