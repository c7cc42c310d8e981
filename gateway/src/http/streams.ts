/** What event streams and WebSockets share: a bound on how many are open, and signs of life. */
import { ProblemError } from '../errors.ts';

export class Streams {
  readonly #max: number;
  readonly #heartbeatMs: number;
  /** By the signals of those who hold a place. */
  readonly #open = new Set<AbortSignal>();

  constructor(max: number, heartbeatMs: number) {
    this.#max = max;
    this.#heartbeatMs = heartbeatMs;
  }

  /**
   * Takes a place until `gone` aborts, whatever else goes wrong meanwhile, or until `leave`. Throws the reason of a
   * signal that has aborted, and `overloaded` when all places are taken.
   */
  enter(gone: AbortSignal): void {
    gone.throwIfAborted();
    const { size } = this.#open;
    if (size >= this.#max) throw new ProblemError('overloaded', `${size} streams are open`, { limit: 'MAX_STREAMS' });
    this.#open.add(gone);
    gone.addEventListener('abort', () => this.leave(gone), { once: true });
  }

  /** Gives the place back; once more does nothing. */
  leave(gone: AbortSignal): void {
    this.#open.delete(gone);
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
