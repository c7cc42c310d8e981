/** What happened, in words: the marks and what the server said, the newest first. */
import { attribute, html, list, text } from '../dom.ts';
import { clock } from '../format.ts';
import type { Model } from '../model/model.ts';
import { isFault, markGlyph, markLabel } from './marks-svg.ts';
import { Part } from './part.ts';

const SHOWN = 12;

interface Line {
  readonly at: number;
  readonly says: string;
  readonly kind: 'fault' | 'return' | 'said' | 'problem';
}

export class Log extends Part {
  readonly #model: Model;
  readonly #lines = html('ol');

  constructor(model: Model) {
    super();
    this.#model = model;
  }

  connectedCallback() {
    const log = html('div', { role: 'log', 'aria-label': 'What happened' }, this.#lines);
    this.append(html('h2', {}, 'What happened'), log);
  }

  show() {
    const lines = linesOf(this.#model);
    list(
      this.#lines,
      lines,
      () => html('li', {}, html('time'), ' ', html('span')),
      (item, line) => {
        attribute(item, 'data-kind', line.kind);
        text(item.children[0] as Element, clock(line.at));
        text(item.children[1] as Element, line.says);
      },
    );
  }
}

function linesOf({ marks, said }: Model): Line[] {
  const lines: Line[] = [
    ...[...marks.values()].map((mark): Line => {
      const says = mark.command ? `${markGlyph(mark)} ${mark.command}` : `${markLabel(mark)} by itself`;
      return { at: mark.at, says, kind: isFault(mark) ? 'fault' : 'return' };
    }),
    ...said.map(({ at, says, problem }): Line => ({ at, says, kind: problem ? 'problem' : 'said' })),
  ];
  return lines.sort((a, b) => b.at - a.at).slice(0, SHOWN);
}
