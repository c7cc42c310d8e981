/** Whether what is shown is so: the connection, and how busy those are who measure. */

import { attribute, html, text } from '../dom.ts';
import { clock, duration, number, percent } from '../format.ts';
import type { Model } from '../model/model.ts';
import { Part } from './part.ts';

/** From here on the generator may be what is slow. */
const BUSY = 0.8;

export class Status extends Part {
  readonly #model: Model;
  readonly #recorded: boolean;
  readonly #link = html('strong', { role: 'status' });
  readonly #busy = html('span');

  constructor(model: Model, recorded: boolean) {
    super();
    this.#model = model;
    this.#recorded = recorded;
  }

  connectedCallback() {
    this.append(this.#link, this.#busy);
  }

  show() {
    const { link, snapshot, hello, current } = this.#model;
    attribute(this, 'data-link', link.state);
    text(this.#link, says(this.#model, this.#recorded));
    if (!snapshot || !current) return text(this.#busy, 'generator ?, this server ?');
    const { generatorBusy, serverBusy, watchers } = snapshot;
    const limit = generatorBusy > BUSY ? ' (at its limit: figures are the generator’s)' : '';
    const pages = watchers === 1 ? 'this page watches' : `${number(watchers)} pages watch`;
    const up = hello ? `, up ${duration(snapshot.at - hello.startedAt)}` : '';
    text(
      this.#busy,
      `generator ${percent(generatorBusy)} busy${limit}, this server ${percent(serverBusy)}${up}; ${pages}`,
    );
  }
}

function says({ link, snapshot, hello }: Model, recorded: boolean): string {
  // A recording may be paused before its first snapshot.
  if (recorded) return `recorded, ${clock(snapshot?.at ?? hello?.at ?? 0)}`;
  switch (link.state) {
    case 'live':
      return snapshot ? `live, ${clock(snapshot.at)}` : 'connected';
    case 'opening':
      return 'connecting';
    case 'hidden':
      return 'resting while the tab is hidden';
    case 'refused':
      return 'no right to this page: open the address that make live printed';
    case 'lost':
      return `nothing heard since ${clock(link.since)} (${duration(Date.now() - link.since)}): everything is unknown; trying again`;
  }
}
