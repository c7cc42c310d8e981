/** One lane: its name and state in one word, its way, its heartbeats, its rates, its account. */
import { BARRAGE } from '../../src/limits.ts';
import { attribute, html, text } from '../dom.ts';
import { verdict } from '../model/verdict.ts';
import { AccountLines } from './account.ts';
import { Chart } from './chart.ts';
import { Figures } from './figures.ts';
import { type Context, Part } from './part.ts';
import type { ServiceDialog } from './service-dialog.ts';
import { Strip } from './strip.ts';
import { Users } from './users.ts';
import { Way } from './way.ts';

export class LaneRow extends Part {
  readonly #context: Context;
  readonly #lane: string;
  readonly #word = html('b');
  readonly #detail = html('span');
  readonly #says = html('p', { class: 'says' });
  readonly #turn = html('span', { class: 'turn' });
  readonly #parts: Readonly<Record<'users' | 'way' | 'account' | 'strip' | 'chart' | 'figures', Part>>;
  readonly #actions: HTMLElement;

  constructor(context: Context, lane: string, dialog: ServiceDialog) {
    super();
    this.#context = context;
    this.#lane = lane;
    const { model, send } = context;
    this.#parts = {
      users: new Users(context, lane),
      way: new Way(context, lane, dialog),
      account: new AccountLines(model, lane),
      strip: new Strip(model, lane),
      chart: new Chart(model, lane),
      figures: new Figures(model, lane),
    };
    const action = (says: string, name: string, run: () => void) =>
      html('button', { onclick: run, 'aria-label': name }, says);
    this.#actions = html(
      'div',
      { class: 'actions' },
      send &&
        action('barrage', `Barrage on ${lane}: ${BARRAGE.users} users more for 10 s`, () =>
          send({ do: 'barrage', lane }),
        ),
      send && action('follow', `Follow one through ${lane}`, () => send({ do: 'follow', lane })),
      send && action('ask', `Ask ${lane} for one report`, () => send({ do: 'ask', lane })),
    );
  }

  connectedCallback() {
    const title = html('h2', { id: `lane-${this.#lane}` }, this.#lane);
    const state = html('p', { class: 'verdict' }, this.#word, ' ', this.#detail);
    this.setAttribute('role', 'region');
    this.setAttribute('aria-labelledby', title.id);
    const { users, way, account, strip, chart, figures } = this.#parts;
    this.append(
      html('div', { class: 'head' }, title, this.#turn, state, this.#says, users, this.#actions),
      html('div', { class: 'pictures' }, strip, chart),
      figures,
      html('div', { class: 'beneath' }, way, account),
    );
  }

  show() {
    const { model } = this.#context;
    const { kind, word, detail } = verdict(model.lane(this.#lane), model.now, model.current);
    attribute(this, 'data-verdict', kind);
    text(this.#word, word);
    text(this.#detail, detail);
    text(this.#says, model.hello?.lanes.find(({ lane }) => lane === this.#lane)?.says ?? '');
    const { solo, soloLane } = model.orders ?? {};
    const turn = solo && soloLane === this.#lane;
    text(this.#turn, turn ? 'its turn' : '');
    for (const part of Object.values(this.#parts)) part.show();
  }
}
