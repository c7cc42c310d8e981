/** What the drawings mean, with the same shapes as they have. */
import { html, svg } from '../dom.ts';
import { Part } from './part.ts';

const TICKS: readonly [string, string, string][] = [
  ['fast', 'M6 20v-6', 'under 10 ms'],
  ['fair', 'M6 20v-10', 'under 50 ms'],
  ['slow', 'M6 20v-14', 'under 250 ms'],
  ['late', 'M6 20v-19', 'a hole, answered late'],
  ['failed', 'M3 12l6 6m0 -6l-6 6', 'not 200'],
  ['ours', 'M6 20v-3', 'late by our own fault'],
];

export class Legend extends Part {
  connectedCallback() {
    const entries = TICKS.map(([kind, d, says]) => {
      const picture = svg(
        'svg',
        { viewBox: '0 0 12 22', 'aria-hidden': 'true' },
        svg('path', { class: `tick ${kind}`, d }),
      );
      return html('li', {}, picture, says);
    });
    const hole = svg('svg', { viewBox: '0 0 22 22', class: 'wide', 'aria-hidden': 'true' });
    hole.append(svg('g', { class: 'hole' }, svg('rect', { x: 1, y: 1, width: 20, height: 20 })));
    const line = (kind: string) =>
      svg(
        'svg',
        { viewBox: '0 0 22 22', class: 'wide', 'aria-hidden': 'true' },
        svg('path', { class: kind, d: 'M0 11h22' }),
      );
    this.append(
      html('ul', {}, html('li', {}, 'Heartbeats, 15 s:'), ...entries, html('li', {}, hole, 'no answer yet')),
      html(
        'ul',
        {},
        html('li', {}, 'Rates, 60 s:'),
        html('li', {}, line('promised'), 'promised/s'),
        html('li', {}, line('done'), 'done/s'),
      ),
    );
  }

  show() {}
}
