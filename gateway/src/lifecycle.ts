/** Whether this process takes work, and who has to be told when it no longer does. */
import type { ServerResponse } from 'node:http';

export class Lifecycle {
  readonly #closing = new AbortController();
  readonly #leaving = new AbortController();

  readonly #open = new Set<ServerResponse>();
  #draining = false;

  /** True from the first sign of shutdown: readiness is false, connections are told to close. */
  get draining(): boolean {
    return this.#draining;
  }

  drain(): void {
    this.#draining = true;
    for (const response of this.#open) tellToClose(response);
  }

  /** Follows a response to its end: whenever the drain begins, its connection hears of it. */
  follow(response: ServerResponse): void {
    if (this.#draining) tellToClose(response);
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

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

function tellToClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}
