/** What event streams and WebSockets share: a bound on how many are open, and signs of life. */
import { ProblemError } from '../errors.ts';

export class Streams {
  readonly #max: number;
  readonly #heartbeatMs: number;
  #open = 0;

  constructor(max: number, heartbeatMs: number) {
    this.#max = max;
    this.#heartbeatMs = heartbeatMs;
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

  /**
   * Gives the peer a sign of life at every interval, and cuts it off if it has not taken the last one by then: it is gone,
   * or does not read. Not one timer for all, whose turn would be too long for others. Call the result to end this.
   */
  keepAlive(sign: (taken: () => void) => void, cutOff: () => void): () => void {
    let taken = true;
    const timer = setInterval(() => {
      if (!taken) return cutOff();
      taken = false;
      sign(() => {
        taken = true;
      });
    }, this.#heartbeatMs);
    return () => clearInterval(timer);
  }
}
