/** Keeps what a visit saw, as text that says only what changed, so that it can be saved at any moment. */
import type { Snapshot } from '../../src/contract.ts';
import type { PageEvent } from '../model/events.ts';
import type { Model } from '../model/model.ts';
import { difference, patched } from './patch.ts';

/** Each stretch stands for itself, so that the oldest can be forgotten. */
const STRETCH_MS = 60_000;
const MAX_STRETCHES = 30;

interface Stretch {
  readonly from: number;
  readonly lines: string[];
}

export class Recorder {
  readonly #model: Model;
  readonly #stretches: Stretch[] = [];
  #before: Snapshot | null = null;

  constructor(model: Model) {
    this.#model = model;
  }

  /** To be called after the model has taken the event. */
  take(event: PageEvent) {
    let stretch = this.#stretches.at(-1);
    if (!stretch || event.at - stretch.from >= STRETCH_MS) {
      stretch = { from: event.at, lines: [] };
      this.#stretches.push(stretch);
      this.#stretches.splice(0, this.#stretches.length - MAX_STRETCHES);
      this.#before = null;
      for (const known of this.#known(event.at)) if (known.name !== event.name) this.#write(stretch, known);
    }
    this.#write(stretch, event);
  }

  /** A line an event, the oldest first. */
  get text(): string {
    return this.#stretches.flatMap(({ lines }) => lines).join('\n');
  }

  #write({ lines }: Stretch, { name, at, data }: PageEvent) {
    const patch = name === 'snapshot' ? difference(this.#before, data) : [data];
    if (name === 'snapshot') this.#before = data;
    lines.push(JSON.stringify([at, name, patch ?? {}]));
  }

  /** What a stretch has to begin with, as those before it may be forgotten. */
  #known(at: number): PageEvent[] {
    const { hello, link, tour, control, marks } = this.#model;
    const events: PageEvent[] = [{ name: 'link', at, data: link }];
    if (hello) events.push({ name: 'hello', at, data: { ...hello, marks: [...marks.values()] } });
    if (control) events.push({ name: 'control', at, data: control });
    if (tour) events.push({ name: 'tour', at, data: tour });
    return events;
  }
}

/** The events that a recorder wrote. */
export function recorded(text: string): PageEvent[] {
  let before: unknown = null;
  return text.split('\n').map((line) => {
    const [at, name, patch] = JSON.parse(line);
    if (name !== 'snapshot') return { at, name, data: patch[0] };
    before = patched(before, patch);
    return { at, name, data: before } as PageEvent;
  });
}
