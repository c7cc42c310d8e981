import type { RequestHandler } from 'express';
import { ProblemError } from '../errors.ts';

/** So many events a second, and as many at once. */
export class Allowance {
  readonly #perS: number;
  #left: number;
  #at = performance.now();

  constructor(perS: number) {
    this.#perS = perS;
    this.#left = perS;
  }

  /** Whether one more is within it. */
  take(): boolean {
    const now = performance.now();
    this.#left = Math.min(this.#perS, this.#left + ((now - this.#at) / 1000) * this.#perS);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

/** Refuses what comes too often, whoever asks. */
export function notTooOften(perS: number): RequestHandler {
  const allowance = new Allowance(perS);
  return (_request, response, next) => {
    if (!allowance.take()) {
      response.setHeader('retry-after', '1');
      throw new ProblemError('too_many_commands', `at most ${perS} commands a second are taken`);
    }
    next();
  };
}
