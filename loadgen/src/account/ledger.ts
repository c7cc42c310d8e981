/**
 * What was asked and what became of it. Every request is a case of its own, whose right answer is known before it is
 * sent, so every answer can be checked. Pure: no clock, no network.
 */
import { Answer, JobDocument, Problem } from '@heavy-lifter/gateway/contract';
import { type Task, type Answer as WorkAnswer, workload } from '@heavy-lifter/workloads';

/** How a request ended. `unknown`: the connection was lost before the reply; `cut`: unanswered when the load stopped. */
export type Outcome = 'ok' | 'accepted' | 'refused' | 'failed' | 'unknown' | 'cut';
export type Counts = Record<'sent' | Outcome, number>;

type Cases = ReturnType<typeof workload.casesFrom>;

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

  readonly #cases: Cases;
  /** Numbers of the cases that were answered. */
  readonly #answered = new Set<number>();

  constructor(cases: Cases) {
    this.#cases = cases;
  }

  /** Of a task and others like it; `first` is the right answer of that one, if it is known. */
  static of(task: Task, first?: WorkAnswer): Ledger {
    return new Ledger(workload.casesFrom(task, first));
  }

  /** The next task to send. Counted when it is sent. */
  next(): Task {
    return this.#cases.next();
  }

  /** A ledger that begins where this one ends: one that lives on and on would remember every request there was. */
  heir(): Ledger {
    return new Ledger(this.#cases.heir());
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

  /** Checks what came of a task, wherever it was found. Returns false, and remembers, if it is wrong. */
  check(task: Task, found: WorkAnswer): boolean {
    const number = this.#cases.numberOf(task);
    if (number === undefined) return this.#isWrong(`${workload.nameOf(task)} was never asked for`);
    const wrong = this.#cases.wrongWith(number, found);
    return wrong === undefined || this.#isWrong(`${workload.nameOf(task)}: ${wrong}`);
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
    // A cached answer may be right in itself: each case is asked once and may be answered once.
    const number = this.#cases.numberOf(data);
    if (number !== undefined && this.#answered.has(number))
      this.#isWrong(`${workload.nameOf(data)} was answered twice`);
    if (number !== undefined) this.#answered.add(number);
    this.check(data, data);
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
