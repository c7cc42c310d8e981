/**
 * What was asked under faults and what became of it. Every request has a key and a case of its own; what is acknowledged
 * is looked up after the drain. Pure: no clock, no network.
 */
import { type Answer, type Task, workload } from '@heavy-lifter/workloads';
import { Ledger } from '../account/ledger.ts';
import type { StoredJob } from '../account/stored-job.ts';
import { Cancels } from './cancels.ts';

/** How a request ended for its client; `unknown`: no answer, and none to any repetition. */
export type End = 'acknowledged' | 'completed' | 'refused' | 'failed' | 'unknown';

export interface Entry {
  readonly key: string;
  readonly task: Task;
  end?: End;
  /** Of an acknowledged request. */
  jobId?: string;
  /** Why it failed or has no known outcome. */
  why?: string | undefined;
}

export interface Counts {
  sent: number;
  /** Jobs promised (202). */
  acknowledged: number;
  /** Acknowledged jobs done, or direct answers, with the right result. */
  completed: number;
  /** Acknowledged jobs that do not exist. */
  lost: number;
  /** Acknowledged jobs that ended as failed, and requests answered with an error that is no refusal. */
  failed: number;
  /** Turned away, or nobody there to take them: nothing was begun. */
  refused: number;
  unknown: number;
  /** Acknowledged jobs that ended because somebody asked for that. */
  cancelled: number;
  /** Acknowledged jobs that are neither done nor failed. */
  open: number;
  /** Jobs that a worker started more than once: at least once is what a queue promises. */
  startedAgain: number;
  /** Requests whose outcome was unknown at first and that were repeated with their key. */
  repeated: number;
}

export class ChaosLedger {
  /** Which of its jobs were to be cancelled. */
  readonly cancels = new Cancels();
  readonly #prefix: string;
  readonly #expected: Ledger;
  readonly #entries: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #violations: string[] = [];
  readonly #jobFailures: string[] = [];
  readonly #jobs = new Map<string, { state: 'completed' | 'failed' | 'lost' | 'cancelled'; finishedAt: number }>();
  #repeated = 0;
  #startedAgain = 0;

  /** `prefix` makes the keys of this ledger its own. */
  constructor(task: Task, prefix: string) {
    this.#prefix = prefix;
    this.#expected = Ledger.of(task);
  }

  /** The next request to send. */
  next(): Entry {
    const entry: Entry = { key: `${this.#prefix}-${this.#entries.length}`, task: this.#expected.next() };
    this.#entries.push(entry);
    return entry;
  }

  /** Files how a request ended, the last time it was asked. */
  end(entry: Entry, end: End, why?: string): void {
    entry.end = end;
    entry.why = why;
  }

  repeated(): void {
    this.#repeated++;
  }

  /** Files the job that a request became, at every acknowledgement: each time the same, and nobody else's. */
  acknowledged(entry: Entry, jobId: string): void {
    if (entry.jobId !== undefined && entry.jobId !== jobId) this.#violates(`${entry.key} became two jobs`);
    const owner = this.#byId.get(jobId);
    if (owner && owner !== entry) this.#violates(`${entry.key} and ${owner.key} became one job`);
    entry.jobId = jobId;
    this.#byId.set(jobId, entry);
    entry.end = 'acknowledged';
  }

  /** What is acknowledged stays so, whatever a further repetition was answered. */
  keeps(entry: Entry): void {
    if (entry.jobId !== undefined) entry.end = 'acknowledged';
  }

  /** Files a direct answer. */
  answered(entry: Entry, found: Answer): void {
    this.#expected.check(entry.task, found);
    entry.end = 'completed';
  }

  /** Ids of acknowledged jobs whose end is not known yet. */
  openJobs(): string[] {
    return [...this.#byId.keys()].filter((id) => !this.#jobs.has(id));
  }

  /** Files what Redis knows of a job: one that it does not know is lost, one that has not ended stays open. */
  found({ id, data, result, failure, finishedAt = 0, starts }: StoredJob): void {
    const promised = this.#byId.get(id)?.task;
    if (!data || !promised) {
      this.#jobs.set(id, { state: 'lost', finishedAt });
      return;
    }
    if (!result && failure === undefined) return;
    if (starts > 1) this.#startedAgain++;
    if (workload.keyOf(data) !== workload.keyOf(promised)) this.#violates(`${id} is another task`);
    // Against what was promised, not against what was stored.
    if (result) this.#expected.check(promised, result);
    const cancelled = this.cancels.explains(id, failure);
    if (!result && !cancelled) this.#jobFailures.push(failure ?? '');
    this.#jobs.set(id, { state: result ? 'completed' : cancelled ? 'cancelled' : 'failed', finishedAt });
  }

  /**
   * Holds the books against `stored`, all jobs that ended since `since`: what was found before must still be there, and
   * no request may have a job that it was not told of. Requests are known again by their key, sent as request id, too.
   */
  audit(stored: readonly StoredJob[], since: number): void {
    const there = new Set(stored.map(({ id }) => id));
    for (const [id, job] of this.#jobs)
      if (job.state === 'completed' && job.finishedAt >= since && !there.has(id)) job.state = 'lost';
    const byKey = new Map(this.#entries.map((entry) => [entry.key, entry]));
    const jobOf = new Map<string, string>();
    for (const { id, data } of stored) {
      const entry = data && byKey.get(data.requestId);
      if (!entry) continue;
      if (id !== (entry.jobId ?? jobOf.get(entry.key) ?? id)) this.#violates(`${entry.key} became two jobs`);
      if (entry.end === 'refused') this.#violates(`${entry.key} was refused and became a job all the same`);
      jobOf.set(entry.key, id);
    }
  }

  get counts(): Counts {
    const ended = (end: End) => this.#entries.filter((entry) => entry.end === end).length;
    const jobs = (state: string) => [...this.#jobs.values()].filter((one) => one.state === state).length;
    return {
      sent: this.#entries.length,
      acknowledged: ended('acknowledged'),
      completed: ended('completed') + jobs('completed'),
      lost: jobs('lost'),
      failed: ended('failed') + jobs('failed'),
      refused: ended('refused'),
      unknown: ended('unknown'),
      cancelled: jobs('cancelled'),
      open: this.openJobs().length,
      startedAgain: this.#startedAgain,
      repeated: this.#repeated,
    };
  }

  /** What is wrong with the books themselves or with answers; a run with any is invalid. */
  violations(): string[] {
    const unfiled = this.#entries.filter(({ end }) => end === undefined).length;
    return [
      ...this.#violations,
      ...this.#expected.wrong,
      ...this.cancels.violations(this.#jobs),
      ...(unfiled > 0 ? [`${unfiled} requests are filed nowhere: the counts do not add up`] : []),
    ];
  }

  /** Why requests or jobs failed, or had no answer, with their numbers. */
  reasons(): Record<string, number> {
    const bad = this.#entries.filter(({ end }) => end === 'failed' || end === 'unknown');
    const reasons: Record<string, number> = {};
    for (const why of [...bad.map((entry) => entry.why ?? 'no reason'), ...this.#jobFailures])
      reasons[why] = (reasons[why] ?? 0) + 1;
    return reasons;
  }

  #violates(what: string): void {
    if (this.#violations.length < 20) this.#violations.push(what);
  }
}
