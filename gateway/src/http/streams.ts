/** A bound on open notifications, shared by event streams and WebSockets. */
import { ProblemError } from '../errors.ts';

export class Streams {
  readonly #max: number;
  #open = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes a place; call the result once to give it back. Throws `overloaded` when all are taken. */
  enter(): () => void {
    if (this.#open >= this.#max) {
      throw new ProblemError('overloaded', `${this.#open} streams are open`, { limit: 'MAX_STREAMS' });
    }
    this.#open++;
    return () => {
      this.#open--;
    };
  }
}
