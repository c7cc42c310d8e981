/** A lane in its thread: users, heartbeats and books of one gateway, and what a snapshot says of them. */
import { performance } from 'node:perf_hooks';
import type { Outcome } from '@heavy-lifter/loadgen/account/ledger';
import type { Lane as Shown } from '../contract.ts';
import { Books } from './books.ts';
import { Heart } from './heart.ts';
import type { Jobs } from './jobs.ts';
import type { LaneSettings, Report } from './messages.ts';
import { Rate } from './rate.ts';
import { Recent } from './recent.ts';
import { SERVED, Users } from './users.ts';

const RATE_MS = 3_000;
const MAX_REASONS = 5;
/** A bound on memory, above the one at which the queue's own gateway is to refuse. */
const MAX_OPEN_JOBS = 60_000;

export class Lane {
  readonly books: Books;
  readonly users: Users;
  readonly heart: Heart;
  readonly jobs: Jobs | undefined;
  readonly #recent = new Recent();
  readonly #served = new Rate();
  barrage = 0;
  #busy = performance.eventLoopUtilization();

  /** `silent` hears when its gateway is not heard any more. */
  constructor({ url }: LaneSettings, jobs: Jobs | undefined, silent: () => void) {
    this.jobs = jobs;
    this.books = new Books((id, book) => this.jobs?.promised(id, book));
    this.users = new Users({
      url,
      books: this.books,
      heard: (outcome, ms) => this.heard(outcome, ms),
      hasRoom: () => (this.jobs?.open ?? 0) < MAX_OPEN_JOBS,
    });
    this.heart = new Heart(url, silent);
  }

  heard(outcome: Outcome, ms: number): void {
    if (!SERVED.has(outcome)) return;
    this.#recent.record(ms);
    this.#served.add(Date.now());
  }

  report(): Report {
    const busy = performance.eventLoopUtilization(this.#busy).utilization;
    this.#busy = performance.eventLoopUtilization();
    return {
      users: this.users.count,
      barrage: Math.min(this.barrage, this.users.count),
      ticks: this.heart.take(),
      ...this.#progress(),
      recent: this.#recent.summary(),
      account: this.books.account(this.jobs?.counts ?? null),
      reasons: this.books.reasons(MAX_REASONS),
      silentSince: this.heart.silentSince,
      busy,
    };
  }

  async close(): Promise<void> {
    this.users.set(0);
    await this.heart.close();
    await this.jobs?.close();
  }

  #progress(): Pick<Shown, 'promisedPerS' | 'donePerS' | 'backlog'> {
    const promisedPerS = this.#served.perS(Date.now(), RATE_MS);
    // Without a queue what is answered is done, and what waits is the users themselves.
    const { tasks, donePerS } = this.jobs
      ? (this.jobs.backlog ?? { tasks: null, donePerS: null })
      : { tasks: this.books.open, donePerS: promisedPerS };
    const goneInS = tasks === 0 ? 0 : tasks === null || !donePerS ? null : tasks / donePerS;
    return { promisedPerS, donePerS, backlog: { tasks, goneInS } };
  }
}
