/** Play, pause, seek and speed of a recording. */
import { attribute, html, text } from '../dom.ts';
import { clock, duration } from '../format.ts';
import type { Model } from '../model/model.ts';
import type { Playback } from '../record/playback.ts';
import { Part } from './part.ts';

const SPEEDS = [0.5, 1, 2, 4, 8];

export class Player extends Part {
  readonly #playback: Playback;
  readonly #model: Model;
  readonly #play = html('button', { onclick: () => this.#toggle() });
  readonly #seek: HTMLInputElement;
  readonly #speed: HTMLSelectElement;
  readonly #time = html('output');
  readonly #about = html('span');

  constructor(playback: Playback, model: Model) {
    super();
    this.#playback = playback;
    this.#model = model;
    const seek = () => {
      this.#playback.seek(Number(this.#seek.value));
    };
    const max = playback.length;
    this.#seek = html('input', { type: 'range', min: 0, max, step: 250, 'aria-label': 'Position', oninput: seek });
    const speeds = SPEEDS.map((speed) => html('option', { value: speed, selected: speed === 1 }, `${speed} ×`));
    const change = () => {
      this.#playback.speed = Number(this.#speed.value);
    };
    this.#speed = html('select', { 'aria-label': 'Speed', onchange: change }, ...speeds);
  }

  connectedCallback() {
    this.append(html('strong', {}, 'A recording'), this.#play, this.#seek, this.#time, this.#speed, this.#about);
  }

  show() {
    const { playing, position, length } = this.#playback;
    text(this.#play, playing ? 'Pause' : 'Play');
    this.#seek.value = String(position);
    const [now, all] = [duration(Math.floor(position / 1_000) * 1_000), duration(length)];
    attribute(this.#seek, 'aria-valuetext', `${now} of ${all}`);
    text(this.#time, `${now} of ${all}`);
    const { hello } = this.#model;
    if (!hello) return;
    const { cpu, cores } = hello.machine;
    const day = new Date(hello.startedAt).toISOString().slice(0, 10);
    text(this.#about, `${day} ${clock(this.#model.now)}, ${cpu}, ${cores} cores, commit ${hello.commit}`);
  }

  #toggle() {
    if (!this.#playback.playing && this.#playback.position >= this.#playback.length) this.#playback.seek(0);
    this.#playback.playing = !this.#playback.playing;
    this.show();
  }
}
