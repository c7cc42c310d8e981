/** A lane's figures: rates, percentiles with how many answers they are of, and when the backlog is gone. */
import type { Lane } from '../../src/contract.ts';
import { html, list, text } from '../dom.ts';
import { duration, mebibytes, milliseconds, number, rate } from '../format.ts';
import { LANES } from '../model/lanes.ts';
import type { Model } from '../model/model.ts';
import { Part } from './part.ts';

export class Figures extends Part {
  readonly #model: Model;
  readonly #lane: string;
  readonly #list = html('dl');

  constructor(model: Model, lane: string) {
    super();
    this.#model = model;
    this.#lane = lane;
  }

  connectedCallback() {
    this.append(this.#list);
  }

  show() {
    const { latest } = this.#model.lane(this.#lane);
    const rows = figures(this.#model.current ? latest : null, LANES[this.#lane]?.promises ?? false);
    list(
      this.#list,
      rows,
      () => html('div', {}, html('dt'), html('dd')),
      (row, [what, value]) => {
        text(row.children[0] as Element, what);
        text(row.children[1] as Element, value);
      },
    );
  }
}

function figures(lane: Lane | null, promises: boolean): [string, string][] {
  const answer = promises ? '202' : 'answer';
  return [
    ['promised/s', rate(lane?.promisedPerS)],
    ['done/s', rate(lane?.donePerS)],
    ['backlog', number(lane?.backlog.tasks)],
    [`${answer} p50`, milliseconds(lane?.recent.p50)],
    [`${answer} p99`, milliseconds(lane?.recent.p99)],
    ['gone in', goneIn(lane)],
    ['answers, 5 s', number(lane?.recent.count)],
    ['CPU, cores', number(total(lane), 2)],
    ['memory', mebibytes(lane?.services.find(({ role }) => role === 'gateway')?.rssBytes ?? null)],
  ];
}

function goneIn(lane: Lane | null): string {
  if (!lane) return '?';
  const { tasks, goneInS } = lane.backlog;
  if (tasks === 0) return 'none';
  return goneInS === null ? 'unknown' : duration(goneInS * 1_000);
}

/** Of all that serve the lane; unknown as soon as one of them is. */
function total(lane: Lane | null): number | null {
  const used = lane?.services.map(({ cpu }) => cpu) ?? [null];
  return used.includes(null) ? null : used.reduce<number>((sum, cpu) => sum + (cpu ?? 0), 0);
}
