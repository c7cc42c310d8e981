/** Saves what this visit saw as a file that replays it. */
import { html, text } from '../dom.ts';
import type { Model } from '../model/model.ts';
import type { Recorder } from '../record/recorder.ts';
import { download, fileOf } from '../record/save.ts';
import { Part } from './part.ts';

export class Save extends Part {
  readonly #model: Model;
  readonly #recorder: Recorder;
  readonly #button = html('button', {
    onclick: () => void this.#save(),
    title: 'One HTML file that replays this visit',
  });

  constructor(model: Model, recorder: Recorder) {
    super();
    this.#model = model;
    this.#recorder = recorder;
  }

  connectedCallback() {
    text(this.#button, 'Save recording');
    this.append(this.#button);
  }

  show() {
    this.#button.disabled = this.#model.snapshot === null;
  }

  async #save() {
    const { hello } = this.#model;
    if (!hello) return;
    const at = Date.now();
    try {
      const name = `heavy-lifter-${new Date(at).toISOString().slice(0, 19).replaceAll(':', '')}.html`;
      download(name, await fileOf(this.#recorder.text, hello));
    } catch {
      const says = 'not saved: the page’s own files could not be read again from its server';
      this.#model.take({ name: 'said', at, data: { at, says, problem: true } });
    }
  }
}
