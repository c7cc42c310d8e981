/** The winners' regions as one picture: a row for each task size, a column for each number of callers. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { number } from '../format.ts';
import { callers } from './parts.ts';
import type { CompareResult } from './result.ts';
import { sizeOf, workOf } from './sentences.ts';
import { type Spot, VERDICTS, type Verdict } from './spots.ts';

type Page = ReturnType<typeof parseHTML>['document'];

/** A phone shows three columns as large as they are drawn here. */
const [COLUMN, ROW, LEFT, TOP] = [96, 38, 66, 40];
const [SMALLER, LARGER] = [0.9, 1.25];
/** Of the modes' colours: letters on them are those of the page. */
const TINT = '59';
const NAMELESS = {
  undecided: '? undecided',
  disturbed: '~ disturbed',
  unserved: 'none serves',
  missing: 'not measured',
};

const LOOKS: Record<Verdict, string> = {
  won: 'Plain',
  tied: 'Striped',
  alone: 'Plain (no other)',
  undecided: 'Dotted (?)',
  disturbed: 'Crossed (~)',
  unserved: 'None serves',
  missing: 'Not measured',
};

/** What stands in a spot of the map, also where there are no colours. */
export function labelOf({ verdict, between, modes: [first = '', second, ...others] }: Spot): string[] {
  if (verdict === 'alone') return [first, '(no other)'];
  if (verdict === 'won') return [first];
  if (verdict === 'undecided' && between.length === 2) return [`? ${between[0]}`, `or ${between[1]}`];
  if (verdict === 'undecided') return [NAMELESS.undecided, `of ${between.length}`];
  if (verdict !== 'tied') return [NAMELESS[verdict]];
  return [first, others.length > 0 ? `= ${others.length + 1} others` : `= ${second}`];
}

/** Empty where there is no spot. */
export function mapOf({ settings }: CompareResult, spots: readonly Spot[]): string {
  if (spots.length === 0) return '';
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const [columns, rows] = [distinct(spots, 'connections'), distinct(spots, 'ops')];
  const colour = Plot.scale({ color: { type: 'categorical', domain: settings.modes } });
  const colours = (modes: readonly string[]) => modes.map((mode) => `${colour.apply(mode)}${TINT}`);
  const at = { x: 'connections', y: 'ops' } as const;
  const work = new Map(spots.map((spot) => [spot.ops, spot.workMs]));
  const width = LEFT + COLUMN * columns.length + 2;
  const plot = Plot.plot({
    document,
    width,
    height: TOP + ROW * rows.length + 2,
    ...{ marginLeft: LEFT, marginTop: TOP, marginRight: 2, marginBottom: 2 },
    style: { fontSize: '12px' },
    x: { type: 'band', domain: columns, axis: 'top', label: 'callers', tickSize: 0, padding: 0.03 },
    y: {
      type: 'band',
      domain: rows,
      label: 'work',
      labelAnchor: 'top',
      labelArrow: 'none',
      tickSize: 0,
      padding: 0.06,
      tickFormat: (ops: number) => tick(ops, work.get(ops)),
    },
    color: { type: 'identity' },
    marks: [
      () => patterns(document, spots, colours),
      Plot.cell(spots, {
        ...at,
        fill: (spot: Spot) => fillOf(spot, colours),
        stroke: 'currentColor',
        strokeOpacity: 0.45,
        title: tip,
      }),
      Plot.text(spots, {
        ...at,
        text: (spot: Spot) => labelOf(spot).join('\n'),
        lineHeight: 1.15,
        fill: 'currentColor',
        // What is hatched must not run into the letters.
        stroke: 'var(--plot-background)',
        strokeWidth: 3,
        strokeOpacity: 0.5,
      }),
    ],
  });
  // As wide as a phone; where there is more room, letters and all grow a little.
  plot.setAttribute('style', `width: 100%; max-width: ${LARGER * width}px; min-width: ${SMALLER * width}px`);
  plot.setAttribute('role', 'img');
  plot.setAttribute('aria-label', `Who wins: ${spots.map(tip).join('; ')}`);
  return plot.outerHTML;
}

/** For whoever sees the map: what its fillings mean, as far as they are there. */
export function keyOf(spots: readonly Spot[]): string[] {
  const there = Object.keys(LOOKS) as Verdict[];
  const meant = there
    .filter((verdict) => spots.some((spot) => spot.verdict === verdict))
    .map((verdict) => `${LOOKS[verdict]}: ${VERDICTS[verdict]}`);
  const holes = distinct(spots, 'ops').length * distinct(spots, 'connections').length > spots.length;
  return holes ? [...meant, 'Blank: not in the grid'] : meant;
}

function tick(ops: number, workMs: number | null | undefined): string {
  return typeof workMs === 'number' ? workOf(workMs) : number(ops);
}

export function tip(spot: Spot): string {
  const { verdict, modes, between, connections } = spot;
  const who = [...modes, ...between].join(', ');
  return `${sizeOf(spot)}, ${callers(connections)}: ${who ? `${who}: ` : ''}${VERDICTS[verdict]}`;
}

function fillOf({ verdict, modes }: Spot, colours: (modes: readonly string[]) => string[]): string {
  if (verdict === 'tied') return `url(#${nameOf(modes)})`;
  if (verdict === 'undecided' || verdict === 'disturbed') return `url(#map-${verdict})`;
  return colours(modes)[0] ?? 'none';
}

const nameOf = (modes: readonly string[]) => `map-${modes.join('-')}`;

/** Stripes of the colours of equal winners, dots and crosses for what is not known. */
function patterns(document: Page, spots: readonly Spot[], colours: (modes: readonly string[]) => string[]) {
  const ties = new Map(spots.filter(({ verdict }) => verdict === 'tied').map(({ modes }) => [nameOf(modes), modes]));
  const stripes = [...ties].map(([name, modes]) => {
    const bars = colours(modes).map(
      (fill, index) => `<rect x="${index * 8}" width="8" height="8" fill="${fill}"></rect>`,
    );
    return pattern(name, modes.length * 8, 8, `patternTransform="rotate(45)"`, bars.join(''));
  });
  const ink = 'stroke="currentColor" stroke-opacity=".35" fill="none"';
  const defs = document.createElementNS('http://www.w3.org/2000/svg', 'defs');
  defs.innerHTML = [
    ...stripes,
    pattern('map-undecided', 6, 6, '', `<circle cx="3" cy="3" r=".7" ${ink}></circle>`),
    pattern('map-disturbed', 8, 8, '', `<path d="M0 0L8 8M8 0L0 8" ${ink}></path>`),
  ].join('');
  return defs;
}

function pattern(id: string, width: number, height: number, more: string, inside: string): string {
  return `<pattern id="${id}" width="${width}" height="${height}" patternUnits="userSpaceOnUse" ${more}>${inside}</pattern>`;
}

function distinct(spots: readonly Spot[], key: 'ops' | 'connections'): number[] {
  return [...new Set(spots.map((spot) => spot[key]))].sort((a, b) => a - b);
}
