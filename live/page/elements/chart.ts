/** Promised and done per second, of the last minute. uPlot draws on a canvas; its colours are the page's. */
import uPlot from 'uplot';
import { html } from '../dom.ts';
import { rate } from '../format.ts';
import { KEPT_MS } from '../model/lane.ts';
import type { Model } from '../model/model.ts';
import { isFault } from './marks-svg.ts';
import { Part } from './part.ts';

const HEIGHT = 64;
/** A canvas takes no names: what a name of the style sheet stands for is asked of an element that has it. */
const COLORS = ['faint', 'line', 'promised', 'done', 'fault', 'return'] as const;
type Color = (typeof COLORS)[number];

const dark = matchMedia('(prefers-color-scheme: dark)');

export class Chart extends Part {
  readonly #model: Model;
  readonly #lane: string;
  readonly #canvas = html('div', { role: 'img' });
  readonly #samples = new Map(COLORS.map((name) => [name, html('i', { class: `sample ${name}` })]));
  readonly #colors = new Map<Color, string>();
  #plot: uPlot | null = null;
  #shown = -1;

  constructor(model: Model, lane: string) {
    super();
    this.#model = model;
    this.#lane = lane;
  }

  connectedCallback() {
    this.append(this.#canvas, ...this.#samples.values());
    this.#readColors();
    new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (!width) return;
      if (this.#plot) this.#plot.setSize({ width, height: HEIGHT });
      else this.#plot = new uPlot(this.#options(width), [[], [], []], this.#canvas);
      this.#shown = -1;
      this.show();
    }).observe(this);
    dark.addEventListener('change', () => {
      this.#readColors();
      this.#plot?.redraw();
    });
  }

  show() {
    const now = this.#model.now;
    if (!this.#plot || now === this.#shown) return;
    this.#shown = now;
    const { points, latest } = this.#model.lane(this.#lane);
    this.#plot.batch(() => {
      this.#plot?.setData(
        [points.map(({ at }) => at), points.map(({ promised }) => promised), points.map(({ done }) => done)],
        false,
      );
      this.#plot?.setScale('x', { min: now - KEPT_MS, max: now });
    });
    const says = `The last minute: promised ${rate(latest?.promisedPerS)} a second, done ${rate(latest?.donePerS)} a second`;
    this.#canvas.setAttribute('aria-label', says);
  }

  #options(width: number): uPlot.Options {
    const color = (name: Color) => () => this.#colors.get(name) ?? '';
    const axis = { stroke: color('faint'), grid: { stroke: color('line'), width: 1 }, ticks: { show: false } };
    return {
      width,
      height: HEIGHT,
      padding: [6, 0, 7, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, auto: false }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
      axes: [
        { ...axis, show: false },
        {
          ...axis,
          size: 38,
          space: 24,
          font: '11px system-ui, sans-serif',
          values: (_, ticks) => ticks.map((tick) => (tick === 0 ? '0' : rate(tick))),
        },
      ],
      series: [
        {},
        { stroke: color('promised'), width: 1.5, dash: [5, 3], points: { show: false } },
        { stroke: color('done'), width: 2, points: { show: false } },
      ],
      hooks: { draw: [(plot) => this.#marks(plot)] },
    };
  }

  #marks(plot: uPlot) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.lineWidth = devicePixelRatio;
    for (const mark of this.#model.marksSince(this.#model.now - KEPT_MS)) {
      const x = Math.round(plot.valToPos(mark.at, 'x', true));
      ctx.strokeStyle = this.#colors.get(isFault(mark) ? 'fault' : 'return') ?? '';
      ctx.setLineDash(isFault(mark) ? [] : [3, 3]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  #readColors() {
    for (const [name, sample] of this.#samples) this.#colors.set(name, getComputedStyle(sample).color);
  }
}
