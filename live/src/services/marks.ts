/** What happened to services: drawn over every chart, kept for pages that come later. */
import type { Mark, ServiceVerb } from '../contract.ts';

const MAX_KEPT = 500;

export class Marks {
  readonly #all: Mark[] = [];
  #taken = 0;
  #n = 0;
  readonly #added: () => void;

  /** `added` hears of each new one. */
  constructor(added: () => void) {
    this.#added = added;
  }

  add(service: string, what: Mark['what'], command: string | null = null, at = Date.now()): void {
    this.#all.push({ n: ++this.#n, at, command, service, what });
    if (this.#all.length > MAX_KEPT) this.#all.shift();
    this.#added();
  }

  get all(): readonly Mark[] {
    return this.#all;
  }

  /** Those since the last call. */
  take(): Mark[] {
    const fresh = this.#all.filter(({ n }) => n > this.#taken);
    this.#taken = this.#n;
    return fresh;
  }

  /** Whether that was done by a command within the last `ms`. */
  commanded(service: string, verbs: readonly ServiceVerb[], ms: number): boolean {
    const from = Date.now() - ms;
    return this.#all.some(
      (mark) =>
        mark.service === service &&
        mark.command !== null &&
        mark.at >= from &&
        (verbs as readonly string[]).includes(mark.what),
    );
  }
}
