/**
 * What was asked and what became of it. Every request has a seed of its own, and the sliding window of the checksum
 * (workload/README.md) yields each expected answer in constant time, so every answer can be checked. Pure: no clock,
 * no network.
 */
import { Answer, JobDocument, Problem, type Task } from '@heavy-lifter/gateway/contract';
import { nextSeedChecksum, toHex } from '@heavy-lifter/gateway/workload';
import { expectedChecksum } from './expected.ts';

/** How a request ended. `unknown`: the connection was lost before the reply; `cut`: unanswered when the load stopped. */
export type Outcome = 'ok' | 'accepted' | 'refused' | 'failed' | 'unknown' | 'cut';
export type Counts = Record<'sent' | Outcome, number>;

/** Enough to see a pattern. */
const MAX_WRONG_KEPT = 10;

export class Ledger {
  readonly counts: Counts = { sent: 0, ok: 0, accepted: 0, refused: 0, failed: 0, unknown: 0, cut: 0 };
  /** Why requests were refused, failed or lost: `code (limit)` of problems, the client's own errors. */
  readonly reasons = new Map<string, number>();
  /** Ids of accepted jobs. */
  readonly jobs = new Set<string>();
  /** Answers that are not what was asked for, the first few in words. */
  readonly wrong: string[] = [];
  wrongCount = 0;
  /** Hears of each job that is promised for the first time. */
  onPromise: ((id: string) => void) | undefined;

  readonly #task: Task;
  /** Expected checksums by request number. */
  readonly #expected: number[] = [];
  readonly #answered = new Set<number>();

  /** `first`: the checksum of `task` itself, if known. */
  constructor(task: Task, first = expectedChecksum(task)) {
    this.#task = task;
    this.#expected.push(first);
  }

  /** The next task to send: the same with the next seed. Counted when it is sent. */
  next(): Task {
    const n = this.#expected.length - 1;
    const task = { ...this.#task, seed: (this.#task.seed + n) >>> 0 };
    this.#expected.push(nextSeedChecksum(this.#expected[n] as number, task));
    return task;
  }

  /** A ledger that begins where this one ends: one that lives on and on would remember every request there was. */
  heir(): Ledger {
    const n = this.#expected.length - 1;
    return new Ledger({ ...this.#task, seed: (this.#task.seed + n) >>> 0 }, this.#expected[n]);
  }

  sent(): void {
    this.counts.sent++;
  }

  /** Files a response; `body` as it came. */
  answered(status: number, body: string): Outcome {
    const outcome = this.#judge(status, body);
    this.counts[outcome]++;
    return outcome;
  }

  /** Files a request whose connection was lost before its reply. */
  lost(reason: string): void {
    this.counts.unknown++;
    this.#because(reason);
  }

  /** Files a request that had no answer when the load stopped. */
  cutOff(): void {
    this.counts.cut++;
  }

  /** Checks a result against its seed, wherever it was found. Returns false, and remembers, if it is wrong. */
  check(seed: number, found: { checksum: string; count: number }): boolean {
    const n = (seed - this.#task.seed) >>> 0;
    const expected = this.#expected[n];
    // The last one prepared has not been handed out.
    if (expected === undefined || n >= this.#expected.length - 1)
      return this.#isWrong(`seed ${seed} was never asked for`);
    if (found.checksum !== toHex(expected) || found.count !== this.#task.ops) {
      const { checksum: is, count } = found;
      return this.#isWrong(
        `seed ${seed}: ${is} after ${count} ops, expected ${toHex(expected)} after ${this.#task.ops}`,
      );
    }
    return true;
  }

  /** Whether every request sent is in exactly one category. */
  get addsUp(): boolean {
    const { sent, ...ends } = this.counts;
    return sent === Object.values(ends).reduce((sum, n) => sum + n, 0);
  }

  #judge(status: number, body: string): Outcome {
    const document = parse(body);
    if (status === 200) return this.#judgeAnswer(document);
    if (status === 202) {
      const { data } = JobDocument.safeParse(document);
      if (!data) this.#isWrong('a 202 without a job document');
      else if (this.jobs.has(data.id)) this.#isWrong(`job ${data.id} was promised twice`);
      else {
        this.jobs.add(data.id);
        this.onPromise?.(data.id);
      }
      return data ? 'accepted' : 'failed';
    }
    const { data: problem } = Problem.safeParse(document);
    const limit = problem?.limit ? ` (${problem.limit})` : '';
    this.#because(problem ? `${problem.code}${limit}` : `status ${status} without a problem document`);
    return problem?.code === 'overloaded' ? 'refused' : 'failed';
  }

  #judgeAnswer(document: unknown): Outcome {
    const { data } = Answer.safeParse(document);
    if (!data) {
      this.#isWrong('a 200 without an answer document');
      return 'failed';
    }
    // A cached answer may be right in itself: each seed is asked once and may be answered once.
    if (this.#answered.has(data.seed)) this.#isWrong(`seed ${data.seed} was answered twice`);
    this.#answered.add(data.seed);
    this.check(data.seed, data);
    return 'ok';
  }

  #isWrong(what: string): false {
    this.wrongCount++;
    if (this.wrong.length < MAX_WRONG_KEPT) this.wrong.push(what);
    return false;
  }

  #because(reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
