/** A recorded run: as if it were live, but with a position and a speed. */
import type { PageEvent } from '../model/events.ts';
import type { Model } from '../model/model.ts';

export class Playback {
  readonly #events: readonly PageEvent[];
  readonly #model: Model;
  #next = 0;
  #position = 0;
  speed = 1;
  playing = false;

  constructor(events: readonly PageEvent[], model: Model) {
    this.#events = events;
    this.#model = model;
    this.seek(0);
  }

  get length(): number {
    return (this.#events.at(-1)?.at ?? 0) - this.#begin;
  }

  get position(): number {
    return this.#position;
  }

  /** Lets so much of the reader's time pass. */
  pass(ms: number) {
    if (!this.playing) return;
    this.#to(this.#position + ms * this.speed);
    if (this.#position >= this.length) this.playing = false;
  }

  /** Backwards everything is told again from the beginning: a model knows no way back. */
  seek(position: number) {
    if (position <= this.#position) {
      this.#model.forget();
      this.#next = 0;
    }
    this.#to(position);
  }

  get #begin(): number {
    return this.#events[0]?.at ?? 0;
  }

  #to(position: number) {
    this.#position = Math.max(0, Math.min(position, this.length));
    for (let event = this.#events[this.#next]; event && event.at - this.#begin <= this.#position; ) {
      this.#model.take(event);
      event = this.#events[++this.#next];
    }
  }
}
