/** The heartbeat strip: a bystander's tick for every answer, as high as it was late; a hole where none came. */
import type { Tick } from '../../src/contract.ts';
import { HOLE_MS } from '../../src/limits.ts';
import { attribute, list, svg, text } from '../dom.ts';
import { duration } from '../format.ts';
import type { Model } from '../model/model.ts';
import { drawMarks } from './marks-svg.ts';
import { Part } from './part.ts';

const SHOWN_MS = 15_000;
const HEIGHT = 46;
const BASE = HEIGHT - 2;
const BEAT_MS = 50;
/** Shorter runs of holes have no room for their length. */
const LABEL_MS = 600;

/** How a tick looks. Colour is never alone: the height says the same, and what is no answer has a shape of its own. */
const KINDS = ['fast', 'fair', 'slow', 'late', 'failed', 'ours'] as const;
type Kind = (typeof KINDS)[number];

interface Run {
  readonly from: number;
  to: number;
}

export class Strip extends Part {
  readonly #model: Model;
  readonly #lane: string;
  readonly #paths = new Map<Kind, SVGPathElement>(KINDS.map((kind) => [kind, svg('path', { class: `tick ${kind}` })]));
  readonly #holes = svg('g');
  readonly #gaps = svg('g');
  readonly #marks = svg('g');
  readonly #svg: SVGSVGElement;
  #width = 0;

  constructor(model: Model, lane: string) {
    super();
    this.#model = model;
    this.#lane = lane;
    const limit = svg('path', { class: 'limit', d: `M0 ${BASE - heightOf(HOLE_MS)}H4000` });
    this.#svg = svg(
      'svg',
      { role: 'img', height: HEIGHT },
      limit,
      ...this.#paths.values(),
      this.#holes,
      this.#gaps,
      this.#marks,
    );
  }

  connectedCallback() {
    this.append(this.#svg);
    new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      attribute(this.#svg, 'viewBox', `0 0 ${this.#width} ${HEIGHT}`);
      this.show();
    }).observe(this);
  }

  show() {
    if (!this.#width) return;
    const from = this.#model.now - SHOWN_MS;
    const x = (at: number) => Math.round(((at - from) / SHOWN_MS) * this.#width * 2) / 2;
    const shown = this.#model.lane(this.#lane).ticks.filter(({ at }) => at >= from);
    const drawn = new Map<Kind, string>();
    for (const tick of shown) {
      const kind = kindOf(tick);
      if (kind) drawn.set(kind, (drawn.get(kind) ?? '') + glyph(kind, x(tick.at), tick));
    }
    for (const [kind, path] of this.#paths) attribute(path, 'd', drawn.get(kind) ?? null);
    const holes = runs(shown);
    list(
      this.#holes,
      holes,
      () => block('hole'),
      (g, run) => place(g, x(run.from), x(run.to), label(run)),
    );
    const gaps = this.#model.gaps.filter(({ to }) => to >= from);
    list(
      this.#gaps,
      gaps,
      () => block('gap'),
      (g, gap) => place(g, Math.max(0, x(gap.from)), x(gap.to), 'not heard'),
    );
    drawMarks(this.#marks, this.#model.marksSince(from), x, HEIGHT, this.#width);
    attribute(this.#svg, 'aria-label', summary(shown, holes.length));
  }
}

/** From 1 ms to 5 s, by the logarithm. */
function heightOf(ms: number): number {
  return Math.min(HEIGHT - 4, 5 + 10 * Math.log10(Math.max(1, ms)));
}

function kindOf({ state, ms }: Tick): Kind | null {
  if (state === 'ours' || state === 'failed') return state;
  if (ms === null) return null;
  return ms < 10 ? 'fast' : ms < 50 ? 'fair' : ms < HOLE_MS ? 'slow' : 'late';
}

function glyph(kind: Kind, x: number, { ms }: Tick): string {
  if (kind === 'ours') return `M${x} ${BASE}v-3`;
  if (kind === 'failed') return `M${x - 2.5} ${BASE - 8}l5 5m0 -5l-5 5`;
  return `M${x} ${BASE}v${-Math.round(heightOf(ms ?? 1))}`;
}

/** Ticks in a row that have no answer. Those of our own fault between them end none. */
function runs(ticks: readonly Tick[]): Run[] {
  const found: Run[] = [];
  let open: Run | null = null;
  for (const { at, state, ms } of ticks) {
    if ((state === 'hole' || state === 'none') && ms === null) {
      if (open) open.to = at + BEAT_MS;
      else {
        open = { from: at, to: at + BEAT_MS };
        found.push(open);
      }
    } else if (state !== 'ours') open = null;
  }
  return found;
}

const label = ({ from, to }: Run) => (to - from < LABEL_MS ? '' : `no answer ${duration(to - from)}`);

function block(kind: 'hole' | 'gap') {
  return svg('g', { class: kind }, svg('rect', { y: 1, height: HEIGHT - 2 }), svg('text', { y: HEIGHT / 2 + 4 }));
}

function place(g: Element, from: number, to: number, says: string) {
  const [rect, words] = [g.children[0] as Element, g.children[1] as Element];
  attribute(rect, 'x', from);
  attribute(rect, 'width', Math.max(2, to - from));
  attribute(words, 'x', Math.max(0, from) + 4);
  text(words, to - from > says.length * 8 ? says : '');
}

function summary(ticks: readonly Tick[], holes: number): string {
  const answered = ticks.flatMap(({ ms }) => (ms === null ? [] : [ms]));
  const slowest = answered.length ? `the slowest after ${duration(Math.max(...answered))}` : 'none of them';
  return `Heartbeats of the last 15 s: ${answered.length} of ${ticks.length} answered, ${slowest}; ${holes} holes`;
}
