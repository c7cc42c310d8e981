/** The parts of one request's time, as they come to be known. */
import type { Trace } from '../contract.ts';

type Part = Trace['parts'][number];

export class Parts {
  readonly #parts: Part[] = [];

  /** Begins one; `to` is null while it goes on. No part ends before it begins, whatever two clocks say. */
  add(what: Part['what'], attempt: number, from: number, to: number | null = null): void {
    this.#parts.push({ what, attempt, from, to: to === null ? null : Math.max(from, to) });
  }

  /** Ends the last one of that name, if it goes on. */
  end(what: Part['what'], at: number): void {
    const part = this.#parts.findLast((part) => part.what === what);
    if (part && part.to === null) part.to = Math.max(part.from, at);
  }

  /** Ends all that go on. */
  endAll(at: number): void {
    for (const part of this.#parts) part.to ??= Math.max(part.from, at);
  }

  get all(): Part[] {
    return this.#parts.map((part) => ({ ...part }));
  }
}
