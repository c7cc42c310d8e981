/** The way of a request through real processes, and what may be done to each of them. */
import type { Service } from '../../src/contract.ts';
import { attribute, html, list, svg, text } from '../dom.ts';
import { cores, number } from '../format.ts';
import { LANES } from '../model/lanes.ts';
import { type Context, Part } from './part.ts';
import type { ServiceDialog } from './service-dialog.ts';

/** A queue's jobs are stored before they are computed. */
const PLACES: Record<Service['role'], number> = { gateway: 0, store: 1, compute: 2 };

/** A shape for each state, in a square of 10. */
const SHAPES: Record<Service['state'], string> = {
  running: 'M1 5a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z',
  starting: 'M1 5a4 4 0 0 1 8 0z',
  paused: 'M1.5 1h2.5v8h-2.5zM6 1h2.5v8h-2.5z',
  stopped: 'M1 1h8v8h-8z',
  unknown: 'M5 0l5 5l-5 5l-5 -5z',
};

export class Way extends Part {
  readonly #context: Context;
  readonly #lane: string;
  readonly #dialog: ServiceDialog;
  readonly #caller = html('li', { class: 'caller' });
  readonly #boxes = html('ol', { class: 'boxes' });
  readonly #inside: HTMLLIElement;

  constructor(context: Context, lane: string, dialog: ServiceDialog) {
    super();
    this.#context = context;
    this.#lane = lane;
    this.#dialog = dialog;
    this.#inside = html('li', { class: 'inside' }, LANES[lane]?.computes ?? '');
  }

  connectedCallback() {
    attribute(this.#boxes, 'aria-label', `The way of ${this.#lane}`);
    this.append(html('ol', { class: 'ends' }, this.#caller), this.#boxes);
    if (this.#inside.textContent) this.append(html('ol', { class: 'ends' }, this.#inside));
  }

  show() {
    const { latest } = this.#context.model.lane(this.#lane);
    const current = this.#context.model.current;
    text(this.#caller, latest && current ? `${number(latest.users)} users` : '? users');
    const services = [...(latest?.services ?? [])].sort((a, b) => PLACES[a.role] - PLACES[b.role]);
    list(
      this.#boxes,
      services,
      () => this.#box(),
      (box, service) => showBox(box, service, current),
    );
  }

  #box(): HTMLLIElement {
    const shape = svg('svg', { class: 'shape', viewBox: '0 0 10 10', 'aria-hidden': 'true' }, svg('path'));
    const cpu = svg('svg', { class: 'cpu', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    cpu.append(svg('rect', { width: 100, height: 4, class: 'rail' }), svg('rect', { height: 4, class: 'used' }));
    const box = html('li', { class: 'box' });
    const more = html('button', {
      class: 'more',
      'aria-haspopup': 'dialog',
      onclick: () => this.#dialog.open(nameOf(box)),
    });
    const kill = html('button', {
      class: 'kill',
      onclick: () => void this.#context.send?.({ do: 'service', verb: 'kill', service: nameOf(box) }),
    });
    kill.textContent = 'kill';
    more.append(html('span', { class: 'name' }), html('span', { class: 'use' }, html('b'), ' ', html('span')));
    more.prepend(shape);
    more.append(html('span', { class: 'menu', 'aria-hidden': 'true' }, '⋯'));
    box.append(more, cpu);
    if (this.#context.send) box.append(kill);
    return box;
  }
}

const nameOf = (box: Element) => (box as HTMLElement).dataset.service ?? '';

function showBox(box: HTMLLIElement, service: Service, current: boolean) {
  const state = current ? service.state : 'unknown';
  const part = (name: string) => box.querySelector(name) as Element;
  attribute(box, 'data-service', service.name);
  attribute(box, 'data-state', state);
  attribute(part('.shape path'), 'd', SHAPES[state]);
  text(part('.name'), service.name);
  text(part('.use b'), state);
  const use = state === 'running' ? cores(service.cpu) : '';
  text(part('.use span'), [use, service.restarts ? `↻ ${service.restarts}` : ''].filter(Boolean).join(' '));
  attribute(part('.used'), 'width', current ? Math.min(100, Math.round((service.cpu ?? 0) * 100)) : 0);
  const kill = box.querySelector<HTMLButtonElement>('.kill');
  if (!kill) return;
  attribute(kill, 'aria-label', `Kill ${service.name}`);
  attribute(kill, 'title', `make kill SERVICE=${service.name}`);
  kill.disabled = !service.verbs.includes('kill');
}
