/** You, as a customer: one press, and what becomes of it. A direct lane lets you wait; a queue promises. */
import type { Asked } from '../../src/contract.ts';
import { attribute, html, list, text } from '../dom.ts';
import { clock, milliseconds, percent } from '../format.ts';
import { type Context, Part } from './part.ts';

const SAYS: Record<Asked['state'], string> = {
  waiting: 'You wait.',
  promised: 'Your report is being made.',
  working: 'Your report is being made.',
  done: 'Here is your report.',
  cancelled: 'You cancelled it.',
  failed: 'No report.',
};

export class You extends Part {
  readonly #context: Context;
  readonly #buttons = html('p', { class: 'actions' });
  readonly #asked = html('ol', { 'aria-label': 'What you asked for', 'aria-live': 'polite' });

  constructor(context: Context) {
    super();
    this.#context = context;
  }

  connectedCallback() {
    const intro = html('p', {}, 'Ask for one report, as a customer would.');
    this.append(html('h2', {}, 'You'), intro, this.#buttons, this.#asked);
  }

  show() {
    const { model, send } = this.#context;
    const ask = () => html('button', { onclick: ({ target }) => send?.({ do: 'ask', lane: chosen(target) }) });
    list(this.#buttons, send ? (model.hello?.lanes ?? []) : [], ask, (button, { lane }) => {
      attribute(button, 'value', lane);
      attribute(button, 'aria-label', `Ask ${lane} for my report`);
      text(button, lane);
    });
    const newest = [...model.asked.values()].reverse();
    list(
      this.#asked,
      newest,
      () => this.#row(),
      (row, asked) => showAsked(row, asked, model.now, workerOf(this.#context, asked)),
    );
  }

  #row() {
    const { send } = this.#context;
    const row = html('li', {}, html('b'), html('span'), html('progress', { max: 1, 'aria-label': 'progress' }));
    if (send) {
      row.append(
        html(
          'button',
          { class: 'cancel', onclick: ({ target }) => send({ do: 'cancel', id: chosen(target) }) },
          'cancel',
        ),
        html('button', {
          class: 'kill',
          onclick: ({ target }) => send({ do: 'service', verb: 'kill', service: chosen(target) }),
        }),
      );
    }
    return row;
  }
}

const chosen = (target: EventTarget | null) => (target as HTMLButtonElement).value;
const goesOn = ({ state }: Asked) => state === 'waiting' || state === 'promised' || state === 'working';

function showAsked(row: HTMLLIElement, asked: Asked, now: number, worker: string) {
  const [words, facts, progress, cancel, kill] = [...row.children] as HTMLElement[];
  if (!words || !facts || !progress) return;
  attribute(row, 'data-state', asked.state);
  text(words, SAYS[asked.state]);
  text(facts, factsOf(asked, now));
  attribute(progress, 'hidden', asked.progress === null || !goesOn(asked));
  attribute(progress, 'value', asked.progress);
  if (!cancel || !kill) return;
  const promised = asked.jobId !== null && goesOn(asked);
  attribute(cancel, 'hidden', !promised);
  attribute(cancel, 'value', asked.id);
  attribute(kill, 'hidden', !promised || !worker);
  attribute(kill, 'value', worker);
  text(kill, `kill ${worker} meanwhile`);
}

function factsOf({ lane, at, status, state, progress, attempts, ms, says }: Asked, now: number): string {
  const took = goesOn({ state } as Asked) ? now - at : ms;
  return [
    `${lane}, asked at ${clock(at)}`,
    status === null ? '' : `HTTP ${status}`,
    took === null ? '' : milliseconds(Math.max(0, took)),
    progress === null || state !== 'working' ? '' : percent(progress),
    (attempts ?? 0) > 1 ? `attempt ${attempts}` : '',
    says,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Who computes it, if that is a service that can be killed. */
function workerOf({ model }: Context, { lane }: Asked): string {
  const services = model.lane(lane).latest?.services ?? [];
  return services.find(({ role, verbs }) => role === 'compute' && verbs.includes('kill'))?.name ?? '';
}
