/** What one can do to all lanes at once, and whose order holds. */
import type { Command } from '../../src/contract.ts';
import { BARRAGE, MAX_TASK_MS_DIRECT, TASK_MS } from '../../src/limits.ts';
import { attribute, html, text } from '../dom.ts';
import { clock } from '../format.ts';
import { LANES } from '../model/lanes.ts';
import { Ordered } from './ordered.ts';
import { type Context, Part } from './part.ts';
import { Users } from './users.ts';

export class Controls extends Part {
  readonly #context: Context;
  readonly #ordered: Ordered;
  readonly #users: Users;
  readonly #tasks: HTMLInputElement[];
  readonly #solo: HTMLInputElement;
  readonly #order = html('p', { class: 'order', role: 'status' });

  constructor(context: Context) {
    super();
    this.#context = context;
    const send = context.send && ((command: Command) => this.#send(command));
    this.#ordered = new Ordered(context.model);
    this.#users = new Users(context, null);
    this.#tasks = TASK_MS.map((ms) => {
      const wish = () => void send?.({ do: 'task', ms });
      return html('input', { type: 'radio', name: 'task', value: ms, disabled: !send, onchange: wish });
    });
    const solo = () => void send?.({ do: 'solo', on: this.#solo.checked });
    this.#solo = html('input', { type: 'checkbox', disabled: !send, onchange: solo });
  }

  connectedCallback() {
    const { send } = this.#context;
    this.setAttribute('role', 'region');
    this.setAttribute('aria-label', 'Load on every lane');
    const tasks = this.#tasks.map((input) =>
      html('label', {}, input, `${Number(input.value).toLocaleString('en')} ms`),
    );
    const legend = html('legend', {}, 'a task is');
    this.append(
      this.#users,
      html('fieldset', {}, legend, ...tasks),
      html('label', { class: 'solo' }, this.#solo, 'solo'),
    );
    if (send) {
      const button = (says: string, name: string, run: () => void, kind = '') =>
        html('button', { onclick: run, 'aria-label': name, class: kind }, says);
      this.append(
        button('barrage', `Barrage: ${BARRAGE.users} users more in every lane for 10 s`, () => send({ do: 'barrage' })),
        button('stop', 'Stop: no users anywhere', () => send({ do: 'stop' }), 'stop'),
        button('clear', 'Clear what waits', () => send({ do: 'clear' })),
      );
    }
    this.append(this.#order);
  }

  #send(command: Command) {
    this.#ordered.now();
    void this.#context.send?.(command);
  }

  show() {
    const { model } = this.#context;
    this.#users.show();
    const { orders, hello } = model;
    if (!orders) return;
    const lanes = hello?.lanes ?? [];
    const keep = this.#ordered.isOnItsWay;
    for (const input of this.#tasks) {
      if (!keep) input.checked = Number(input.value) === orders.taskMs;
      // The longest is more than a caller of the others would wait.
      const tooLong = Number(input.value) > MAX_TASK_MS_DIRECT && lanes.some(({ lane }) => !LANES[lane]?.promises);
      attribute(input.parentElement as Element, 'hidden', tooLong);
    }
    if (!keep) this.#solo.checked = orders.solo;
    text(this.#order, whose(orders, hello?.you));
  }
}

function whose({ by, at }: { by: string | null; at: number }, you: string | undefined): string {
  if (by === null) return 'Nothing was ordered yet.';
  return `Ordered by ${by === you ? 'this page' : `another page (${by})`} at ${clock(at)}.`;
}
