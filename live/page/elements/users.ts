/** How many users there are, of one lane or of all. */
import { MAX_USERS } from '../../src/limits.ts';
import { attribute, html, text } from '../dom.ts';
import { Ordered } from './ordered.ts';
import { type Context, Part } from './part.ts';

export class Users extends Part {
  readonly #context: Context;
  /** Null: all. */
  readonly #lane: string | null;
  readonly #input: HTMLInputElement;
  readonly #output = html('output');
  readonly #ordered: Ordered;

  constructor(context: Context, lane: string | null) {
    super();
    this.#context = context;
    this.#ordered = new Ordered(context.model);
    this.#lane = lane;
    const label = lane ? `Users of ${lane}` : 'Users of every lane';
    this.#input = html('input', { type: 'range', min: 0, max: MAX_USERS, step: 5, value: 0, 'aria-label': label });
    this.#input.addEventListener('input', () => text(this.#output, this.#input.value));
    this.#input.addEventListener('change', () => this.#order());
  }

  connectedCallback() {
    this.append(html('span', {}, 'users'), this.#input, this.#output);
  }

  show() {
    const { model, send } = this.#context;
    this.#input.disabled = send === null || !model.current;
    if (this.#ordered.isOnItsWay || this.#input.matches(':active')) return;
    const users = model.orders?.users ?? {};
    const wished = this.#lane ? [users[this.#lane] ?? 0] : Object.values(users);
    const same = wished.every((value) => value === wished[0]);
    const shown = String(wished[0] ?? 0);
    if (same && this.#input.value !== shown) this.#input.value = shown;
    text(this.#output, same ? shown : 'differ');
    attribute(this.#input, 'aria-valuetext', same ? `${shown} users` : 'they differ');
  }

  #order() {
    this.#ordered.now();
    const users = Number(this.#input.value);
    void this.#context.send?.({ do: 'users', users, ...(this.#lane && { lane: this.#lane }) });
  }
}
