/** What is known of one service, and everything that may be done to it, each with the command that does the same. */
import type { ServiceVerb } from '../../src/limits.ts';
import { html, list, text } from '../dom.ts';
import { clock, cores, makeCommand, mebibytes, number } from '../format.ts';
import { type Context, Part } from './part.ts';

const SAYS: Record<ServiceVerb, string> = {
  kill: 'Kill',
  term: 'Tell to leave',
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  start: 'Start',
};

export class ServiceDialog extends Part {
  readonly #context: Context;
  readonly #title = html('h2', { id: 'service-title' });
  readonly #facts = html('p');
  readonly #verbs = html('ul', { class: 'verbs' });
  readonly #dialog: HTMLDialogElement;
  #service = '';

  constructor(context: Context) {
    super();
    this.#context = context;
    const close = html('button', { onclick: () => this.#dialog.close() }, 'Close');
    this.#dialog = html('dialog', { 'aria-labelledby': 'service-title' }, this.#title, this.#facts, this.#verbs, close);
  }

  connectedCallback() {
    this.append(this.#dialog);
  }

  open(service: string) {
    this.#service = service;
    this.show();
    this.#dialog.showModal();
  }

  show() {
    const { snapshot, current } = this.#context.model;
    const service = snapshot?.lanes.flatMap(({ services }) => services).find(({ name }) => name === this.#service);
    if (!service) return;
    text(this.#title, service.name);
    const state = current ? `${service.state} since ${clock(service.since)}` : 'unknown';
    const figures = `${cores(service.cpu)}, ${mebibytes(service.rssBytes)}, ${number(service.restarts)} restarts`;
    text(this.#facts, current ? `${state}; ${figures}` : state);
    const verbs = this.#context.send ? service.verbs : [];
    list(
      this.#verbs,
      verbs,
      () => this.#row(),
      (row, verb) => {
        const [button, command] = [row.children[0] as HTMLButtonElement, row.children[1] as Element];
        button.dataset.verb = verb;
        text(button, SAYS[verb]);
        text(command, makeCommand(verb, service.name));
      },
    );
  }

  #row() {
    const button = html('button', {
      onclick: () => {
        const verb = button.dataset.verb as ServiceVerb;
        void this.#context.send?.({ do: 'service', verb, service: this.#service });
        this.#dialog.close();
      },
    });
    return html('li', {}, button, html('code'));
  }
}
