/** The tour's panel: a guess, one button, what happened, the file to read. In a recording it only tells. */
import { attribute, html, list, text } from '../dom.ts';
import type { Model } from '../model/model.ts';
import { CHAPTERS, type Chapter } from '../tour/chapters.ts';
import type { Guide } from '../tour/guide.ts';
import { Part } from './part.ts';

/** How one comes to it. */
export class TourButton extends Part {
  readonly #model: Model;
  readonly #button: HTMLButtonElement;

  constructor(model: Model, guide: Guide) {
    super();
    this.#model = model;
    this.#button = html('button', { onclick: () => guide.open() }, 'Take the tour');
  }

  connectedCallback() {
    this.append(this.#button);
  }

  show() {
    attribute(this, 'hidden', this.#model.tour !== null);
  }
}

export class Tour extends Part {
  readonly #model: Model;
  /** Null in a recording. */
  readonly #guide: Guide | null;
  readonly #chapters = html('ol', { class: 'chapters' });
  readonly #title = html('h2', { tabindex: -1 });
  readonly #story = html('p', { class: 'story' });
  readonly #question = html('legend');
  readonly #guesses = html('div');
  readonly #run = html('button', { class: 'run', onclick: () => void this.#guide?.run() });
  readonly #told = html('div', { class: 'told', role: 'status' });
  readonly #file = html('p');
  readonly #next = html(
    'button',
    { class: 'next', onclick: () => this.#to((this.#model.tour?.chapter ?? 0) + 1) },
    'Next chapter',
  );
  readonly #panel: HTMLElement;
  #shown = -1;

  constructor(model: Model, guide: Guide | null) {
    super();
    this.#model = model;
    this.#guide = guide;
    const guess = html('fieldset', {}, this.#question, this.#guesses);
    const text = html('div', { class: 'text' }, this.#title, this.#story, guess);
    const outcome = html('div', { class: 'outcome' }, this.#run, this.#told, this.#file, this.#next);
    this.#panel = html('section', { 'aria-label': 'The tour' }, this.#chapters, text, outcome);
  }

  connectedCallback() {
    this.append(this.#panel);
  }

  show() {
    const { tour } = this.#model;
    attribute(this.#panel, 'hidden', tour === null);
    const chapter = CHAPTERS[tour?.chapter ?? -1];
    if (!tour || !chapter) return;
    const missing = this.#model.hello !== null && !this.#model.hello.lanes.some(({ lane }) => lane === chapter.lane);
    this.#showChapters(tour.chapter, tour.phase === 'running');
    text(this.#title, `${tour.chapter + 1}. ${chapter.title}`);
    text(
      this.#story,
      missing ? `There is no lane of ${chapter.lane} here: make tour MODES=${chapter.lane}.` : chapter.story,
    );
    text(this.#question, chapter.question);
    this.#showGuesses(chapter, tour.guess, tour.phase !== 'guess');
    text(this.#run, chapter.button);
    this.#run.disabled = missing || tour.guess === null || tour.phase === 'running' || !this.#model.current;
    attribute(this.#run, 'hidden', !this.#guide || tour.phase === 'done');
    const hint = tour.phase === 'guess' && tour.guess === null ? ['Guess first.'] : tour.lines;
    list(this.#told, hint, () => html('p'), text);
    const done = tour.phase === 'done';
    text(this.#file, done ? `Read: ${chapter.file}` : '');
    attribute(this.#next, 'hidden', !this.#guide || !done || tour.chapter + 1 >= CHAPTERS.length);
    // Keyboards and screen readers go on with the new chapter.
    if (this.#shown >= 0 && this.#shown !== tour.chapter && this.#guide) this.#title.focus();
    this.#shown = tour.chapter;
  }

  #showChapters(current: number, running: boolean) {
    const make = () => {
      const button = html('button', {
        onclick: () => this.#to(CHAPTERS.findIndex(({ title }) => title === button.textContent)),
      });
      return html('li', {}, button);
    };
    list(this.#chapters, CHAPTERS, make, (item, { title }) => {
      const button = item.firstElementChild as HTMLButtonElement;
      text(button, title);
      button.disabled = running || !this.#guide;
      attribute(button, 'aria-current', CHAPTERS[current]?.title === title ? 'step' : null);
    });
  }

  #showGuesses({ guesses }: Chapter, guess: number | null, over: boolean) {
    const make = () => {
      const input = html('input', {
        type: 'radio',
        name: 'guess',
        onchange: () => this.#guide?.guess(Number(input.value)),
      });
      return html('label', {}, input, html('span'));
    };
    list(this.#guesses, guesses, make, (label, says) => {
      const input = label.firstElementChild as HTMLInputElement;
      input.value = String(guesses.indexOf(says));
      input.checked = guesses.indexOf(says) === guess;
      input.disabled = over || !this.#guide;
      text(label.children[1] as Element, says);
    });
  }

  #to(chapter: number) {
    this.#guide?.open(chapter);
  }
}
