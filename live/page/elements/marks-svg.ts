/** Faults and starts as lines over a drawing, the same in every lane. */
import type { Mark } from '../../src/contract.ts';
import { attribute, list, svg, text } from '../dom.ts';

/** So that a fault and a return differ without colour. */
const GLYPHS: Record<Mark['what'], string> = {
  kill: '✕',
  term: '⏏',
  pause: '‖',
  resume: '▶',
  stop: '■',
  start: '▶',
  ended: '✕',
  back: '▲',
};

/** Of 12 pixels. */
const LETTER = 7.2;

export const isFault = ({ what }: Mark) => !['resume', 'start', 'back'].includes(what);
export const markGlyph = ({ what }: Mark) => GLYPHS[what];
export const markLabel = (mark: Mark) => `${GLYPHS[mark.what]} ${mark.what} ${mark.service}`;

/** Faults have their words in the first line, returns in the second; where a newer one has the room, only its sign. */
export function drawMarks(
  parent: SVGGElement,
  marks: readonly Mark[],
  x: (at: number) => number,
  height: number,
  width: number,
) {
  const make = () => svg('g', {}, svg('path'), svg('text'));
  const room = { fault: width, return: width };
  list(parent, marks.toReversed(), make, (g, mark) => {
    const at = x(mark.at);
    const kind = isFault(mark) ? 'fault' : 'return';
    const [line, words] = [g.children[0] as Element, g.children[1] as Element];
    attribute(g, 'class', `mark ${kind}`);
    attribute(line, 'd', `M${at} 0V${height}`);
    const long = markLabel(mark).length * LETTER;
    const left = room[kind] === width && at + long > width;
    const before = room[kind];
    const fits = left || at + long <= before;
    room[kind] = left ? at - long : at;
    attribute(words, 'x', at + (left ? -4 : 4));
    attribute(words, 'y', kind === 'fault' ? 11 : 24);
    attribute(words, 'text-anchor', left ? 'end' : 'start');
    text(words, fits ? markLabel(mark) : at + 2 * LETTER <= before ? markGlyph(mark) : '');
  });
}
