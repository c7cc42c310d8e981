/**
 * A lane's account, for as long as the page runs. Each ledger keeps books of so many requests only; when all of them have
 * ended its sums go into one total and the rest of it is forgotten, so that memory is bounded.
 */
import { type Counts, Ledger, type Outcome } from '@heavy-lifter/loadgen/account/ledger';
import { type Task, workload } from '@heavy-lifter/workloads';
import type { Account } from '../contract.ts';
import type { Size } from './kernel.ts';

/** Requests of one ledger. */
const LENGTH = 20_000;
const CHUNKS = 8;
/** Reasons come from answers: whoever answers may make them up. */
const MAX_REASONS = 50;

/** A ledger and how much of it is open. */
export interface Book {
  readonly ledger: Ledger;
  open: number;
  /** Jobs promised whose end is not known. */
  jobs: number;
}

/** A request to be sent, and where its answer is to be filed. */
export interface Entry {
  readonly task: Task;
  readonly book: Book;
}

/** Hears of each promise. */
type OnPromise = (id: string, book: Book) => void;

export class Books {
  readonly #onPromise: OnPromise;
  /** The ones that are written in, by the size of their tasks. */
  readonly #current = new Map<number, Book>();
  readonly #closing = new Set<Book>();
  readonly #total: Counts = { sent: 0, ok: 0, accepted: 0, refused: 0, failed: 0, unknown: 0, cut: 0 };
  readonly #reasons = new Map<string, number>();
  #wrong = 0;

  constructor(onPromise: OnPromise) {
    this.#onPromise = onPromise;
  }

  /** Counts the request as sent. */
  ask({ size, first }: Size): Entry {
    let book = this.#current.get(size);
    if (!book || book.ledger.counts.sent >= LENGTH) {
      if (book) this.#closing.add(book);
      book = this.#open(book?.ledger.heir() ?? Ledger.of(workload.taskOf(size, CHUNKS), first));
      this.#current.set(size, book);
    }
    book.open++;
    book.ledger.sent();
    return { task: book.ledger.next(), book };
  }

  answered({ book }: Entry, status: number, body: string): Outcome {
    book.open--;
    return book.ledger.answered(status, body);
  }

  lost({ book }: Entry, reason: string): void {
    book.open--;
    book.ledger.lost(reason);
  }

  /** Requests without an answer. */
  get open(): number {
    return this.#books().reduce((sum, { open }) => sum + open, 0);
  }

  account(jobs: Account['jobs']): Account {
    for (const book of this.#closing) if (book.open === 0 && book.jobs === 0) this.#forget(book);
    const counts = { ...this.#total };
    let wrong = this.#wrong;
    for (const { ledger } of this.#books()) {
      add(counts, ledger.counts);
      wrong += ledger.wrongCount;
    }
    const { sent, ok, accepted, refused, failed, unknown } = counts;
    const { open } = this;
    const addsUp = sent === ok + accepted + refused + failed + unknown + open;
    return { sent, ok, accepted, refused, failed, unknown, open, addsUp, wrong, jobs };
  }

  /** Why requests were refused, failed or lost, the commonest first. */
  reasons(most: number): { reason: string; count: number }[] {
    const all = new Map(this.#reasons);
    for (const { ledger } of this.#books()) addReasons(all, ledger.reasons);
    const sorted = [...all].sort(([, a], [, b]) => b - a);
    return sorted.slice(0, most).map(([reason, count]) => ({ reason, count }));
  }

  #open(ledger: Ledger): Book {
    const book = { ledger, open: 0, jobs: 0 };
    ledger.onPromise = (id) => this.#onPromise(id, book);
    return book;
  }

  #books(): Book[] {
    return [...this.#closing, ...this.#current.values()];
  }

  #forget(book: Book): void {
    this.#closing.delete(book);
    add(this.#total, book.ledger.counts);
    this.#wrong += book.ledger.wrongCount;
    addReasons(this.#reasons, book.ledger.reasons);
  }
}

function add(to: Counts, counts: Counts): void {
  for (const key of Object.keys(to) as (keyof Counts)[]) to[key] += counts[key];
}

function addReasons(to: Map<string, number>, reasons: ReadonlyMap<string, number>): void {
  for (const [reason, count] of reasons) {
    const known = to.has(reason) || to.size < MAX_REASONS ? reason : 'other reasons';
    to.set(known, (to.get(known) ?? 0) + count);
  }
}
