/** What has to be known before figures are compared: notes, the machine, and every parameter that is in force. */
import { attribute, html, list, text } from '../dom.ts';
import { number } from '../format.ts';
import type { Model } from '../model/model.ts';
import { Part } from './part.ts';

export class Notes extends Part {
  readonly #model: Model;
  readonly #notes = html('ul');

  constructor(model: Model) {
    super();
    this.#model = model;
  }

  connectedCallback() {
    this.append(this.#notes);
  }

  show() {
    const { hello } = this.#model;
    attribute(this, 'hidden', !hello?.notes.length);
    list(this.#notes, hello?.notes ?? [], () => html('li'), text);
  }
}

export class Parameters extends Part {
  readonly #model: Model;
  readonly #machine = html('p');
  readonly #rows = html('tbody');

  constructor(model: Model) {
    super();
    this.#model = model;
  }

  connectedCallback() {
    const head = ['parameter', 'value', 'of'].map((name) => html('th', { scope: 'col' }, name));
    const table = html('table', {}, html('thead', {}, html('tr', {}, ...head)), this.#rows);
    const about = html('summary', {}, 'Every parameter in force, and the machine');
    this.append(html('details', {}, about, this.#machine, table));
  }

  show() {
    const { hello } = this.#model;
    if (!hello) return;
    const { machine, runtime, commit, sizePerMs, unit } = hello;
    const where = `${machine.cpu}, ${machine.cores} cores: services on ${machine.serviceCpus}, generator on ${machine.generatorCpus}`;
    text(
      this.#machine,
      `${where}. Runtime ${runtime}, commit ${commit}. 1 ms of a task is ${number(sizePerMs)} ${unit}.`,
    );
    const row = () => html('tr', {}, html('th', { scope: 'row' }), html('td'), html('td'));
    list(this.#rows, hello.parameters, row, (element, { name, value, of }) => {
      for (const [i, cell] of [name, value, of].entries()) text(element.children[i] as Element, cell);
    });
  }
}
