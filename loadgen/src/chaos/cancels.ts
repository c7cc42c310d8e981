/** Jobs that somebody wanted to end early: what became of each must fit what was answered. Pure. */

/** `too late`: it had ended. `unknown`: no answer, or none that tells. */
export type CancelAnswer = 'cancelled' | 'too late' | 'unknown';

/** How the failure of a cancelled job begins, wherever it is found. */
const CANCELLED = 'cancelled: ';

export class Cancels {
  readonly #answers = new Map<string, CancelAnswer>();

  /** Files the answer for a job; to be called with `unknown` when it is asked, as its end may be seen before an answer. */
  answered(jobId: string, answer: CancelAnswer): void {
    this.#answers.set(jobId, answer);
  }

  /** Whether this failure is the cancel that was asked for. */
  explains(jobId: string, failure: string | undefined): boolean {
    return this.#answers.has(jobId) && failure?.startsWith(CANCELLED) === true;
  }

  /** Jobs with two outcomes: the one that was told, and the one that is stored. */
  violations(jobs: ReadonlyMap<string, { readonly state: string }>): string[] {
    return [...this.#answers].flatMap(([id, answer]) => {
      const state = jobs.get(id)?.state;
      if (answer === 'cancelled' && (state === 'completed' || state === 'failed'))
        return [`${id} was cancelled and has ${state} all the same`];
      if (answer === 'too late' && state === 'cancelled') return [`${id} had ended and was cancelled all the same`];
      return [];
    });
  }
}
