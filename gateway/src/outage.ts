import type { Logger } from 'pino';

/** Why something cannot be used: a short name, by which causes are told apart, and a sentence. */
export interface Cause {
  readonly name: string;
  readonly detail: string;
}

/** What a process depends on, and how its log tells that it is gone: a line for each cause, one for the end, none for attempts. */
export class Outage {
  readonly #what: string;
  readonly #address: string;
  readonly #logger: Logger;
  readonly #told = new Set<string>();
  #since = 0;
  #cause: Cause | undefined;

  /** `address` must hold no secret. */
  constructor(what: string, address: string, logger: Logger) {
    this.#what = what;
    this.#address = address;
    this.#logger = logger;
  }

  /** Why it cannot be used, while that is so. */
  get cause(): Cause | undefined {
    return this.#cause;
  }

  began(cause: Cause): void {
    if (!this.#cause) this.#since = Date.now();
    this.#cause = cause;
    // Two causes that take turns, such as a refused password and what is refused without one, are told once each.
    if (this.#told.has(cause.name)) return;
    this.#told.add(cause.name);
    this.#logger.warn(
      { address: this.#address, cause: cause.name, detail: cause.detail },
      `${this.#what} cannot be used`,
    );
  }

  ended(): void {
    if (!this.#cause) return;
    this.#cause = undefined;
    this.#told.clear();
    const afterS = (Date.now() - this.#since) / 1000;
    this.#logger.info({ address: this.#address, afterS }, `${this.#what} can be used again`);
  }
}
