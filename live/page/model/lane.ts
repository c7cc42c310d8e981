/** What is kept of one lane: the last minute, for its strip and its chart. */
import type { Lane, Tick } from '../../src/contract.ts';

/** How far back the charts go. */
export const KEPT_MS = 60_000;

export interface Point {
  readonly at: number;
  readonly promised: number | null;
  readonly done: number | null;
}

export class LaneHistory {
  /** In the order they were asked. */
  readonly ticks: Tick[] = [];
  readonly points: Point[] = [];
  latest: Lane | null = null;

  take(lane: Lane, at: number) {
    this.latest = lane;
    for (const tick of lane.ticks) this.#tick(tick);
    this.points.push({ at, promised: lane.promisedPerS, done: lane.donePerS });
    forget(this.ticks, at - KEPT_MS);
    forget(this.points, at - KEPT_MS);
  }

  /** Where nothing was heard a line has to break: otherwise a chart would draw through it. */
  gap(at: number) {
    if (this.points.length) this.points.push({ at, promised: null, done: null });
  }

  /** A tick comes again when its state changes. */
  #tick(tick: Tick) {
    let i = this.ticks.length;
    while (i > 0 && (this.ticks[i - 1] as Tick).n > tick.n) i--;
    const known = this.ticks[i - 1]?.n === tick.n;
    this.ticks.splice(known ? i - 1 : i, known ? 1 : 0, tick);
  }
}

function forget(items: { readonly at: number }[], before: number) {
  const keep = items.findIndex(({ at }) => at >= before);
  items.splice(0, keep < 0 ? items.length : keep);
}
