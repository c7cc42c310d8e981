/** The page as a whole: its parts in the order they are read. */
import { html } from '../dom.ts';
import { Controls } from './controls.ts';
import { Notes, Parameters } from './facts.ts';
import { Follow } from './follow.ts';
import { LaneRow } from './lane.ts';
import { Legend } from './legend.ts';
import { Log } from './log.ts';
import type { Context, Part } from './part.ts';
import { ServiceDialog } from './service-dialog.ts';
import { Status } from './status.ts';
import { You } from './you.ts';

export class Page extends HTMLElement {
  readonly #lanes = html('div', { class: 'lanes' });
  readonly #rows = new Map<string, LaneRow>();
  #parts: Part[] = [];
  #context: Context | null = null;
  #dialog: ServiceDialog | null = null;

  /** @param tops what this visit has besides: the tour, the way to save it or the player of a recording */
  begin(context: Context, tops: readonly Part[]) {
    this.#context = context;
    const { model } = context;
    const dialog = new ServiceDialog(context);
    this.#dialog = dialog;
    const [status, controls, notes] = [
      new Status(model, context.send === null),
      new Controls(context),
      new Notes(model),
    ];
    const sides = [new You(context), new Follow(context), new Log(model)];
    const [legend, parameters] = [new Legend(), new Parameters(model)];
    const title = html('h1', {}, 'Heavy Lifter', html('small', {}, 'the same load, side by side'));
    const [above, beside] = [tops.filter(isTour), tops.filter((part) => !isTour(part))];
    const side = html('div', { class: 'sides' }, ...sides);
    this.replaceChildren(
      html('header', {}, title, status, ...beside),
      html('main', {}, ...above, controls, notes, this.#lanes, legend, side, parameters),
      dialog,
    );
    this.#parts = [...tops, status, controls, notes, ...sides, parameters, dialog];
  }

  show() {
    const context = this.#context;
    if (!context || !this.#dialog) return;
    const lanes = context.model.hello?.lanes ?? [];
    if (lanes.length !== this.#rows.size || lanes.some(({ lane }) => !this.#rows.has(lane))) {
      this.#rows.clear();
      for (const { lane } of lanes) this.#rows.set(lane, new LaneRow(context, lane, this.#dialog));
      this.#lanes.replaceChildren(...this.#rows.values());
    }
    for (const part of this.#parts) part.show();
    for (const row of this.#rows.values()) row.show();
  }
}

const isTour = ({ localName }: Part) => localName === 'live-tour';
