/** One request or job as a waterfall on real clocks, with a row for every part of every attempt. */
import type { Trace } from '../../src/contract.ts';
import { attribute, html, list, svg, text } from '../dom.ts';
import { milliseconds } from '../format.ts';
import { type Context, Part } from './part.ts';

const ROW = 22;
/** Units of the drawing's width, in which the bars are. */
const WIDTH = 1_000;

export class Follow extends Part {
  readonly #context: Context;
  readonly #says = html('p', { role: 'status' });
  readonly #rows = html('ol');
  readonly #buttons = html('p', { class: 'actions' });

  constructor(context: Context) {
    super();
    this.#context = context;
  }

  connectedCallback() {
    this.append(html('h2', {}, 'Follow one'), this.#buttons, this.#says, this.#rows);
  }

  show() {
    const { model, send } = this.#context;
    const lanes = send ? (model.hello?.lanes ?? []) : [];
    const button = () => html('button', { onclick: ({ target }) => send?.({ do: 'follow', lane: laneOf(target) }) });
    list(this.#buttons, lanes, button, (element, { lane }) => {
      attribute(element, 'data-lane', lane);
      attribute(element, 'aria-label', `Follow one request through ${lane}`);
      text(element, lane);
    });
    const { trace } = model;
    const says = trace ? `${trace.lane}: ${trace.says} (${trace.state})` : 'One request, drawn as it goes.';
    text(this.#says, says);
    const end = trace ? endOf(trace, model.now) : 0;
    list(this.#rows, trace?.parts ?? [], row, (element, part) => {
      const from = trace?.at ?? 0;
      const x = (at: number) => ((at - from) / Math.max(1, end - from)) * WIDTH;
      const to = part.to ?? end;
      attribute(element, 'data-what', part.what);
      attribute(element, 'data-open', part.to === null);
      text(element.children[0] as Element, part.attempt > 1 ? `${part.what} (attempt ${part.attempt})` : part.what);
      const bar = element.querySelector('rect') as Element;
      attribute(bar, 'x', x(part.from).toFixed(1));
      attribute(bar, 'width', Math.max(3, x(to) - x(part.from)).toFixed(1));
      text(element.children[2] as Element, part.to === null ? '…' : milliseconds(to - part.from));
    });
  }
}

const laneOf = (target: EventTarget | null) => (target as HTMLElement).dataset.lane ?? '';

function row() {
  const bar = svg('svg', { viewBox: `0 0 ${WIDTH} ${ROW}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  bar.append(svg('rect', { y: 4, height: ROW - 8 }));
  return html('li', {}, html('span', { class: 'what' }), bar, html('span', { class: 'took' }));
}

/** The last that is known of it; of one that goes on, the present. */
function endOf({ at, parts, state }: Trace, now: number): number {
  const known = Math.max(at, ...parts.map(({ from, to }) => to ?? from));
  return state === 'open' ? Math.max(known, now) : known;
}
