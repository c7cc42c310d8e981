/** Whether this process takes work, and who has to be told when it no longer does. */
export class Lifecycle {
  readonly #closing = new AbortController();
  readonly #leaving = new AbortController();

  /** True from the first sign of shutdown: readiness is false, connections are told to close. */
  draining = false;

  /** Aborts when the door closes: streams end, their clients connect elsewhere. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Aborts at the deadline: work that is still in hand is given up, with the reason as its answer. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  leave(reason: unknown): void {
    this.#closing.abort();
    this.#leaving.abort(reason);
  }
}
