/** The grid as pictures: SVG that needs no script, in the colours of the page around it. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { CRITERIA, type Criterion, serves } from './answer.ts';
import { FIGURES } from './figures.ts';
import type { CompareResult } from './result.ts';

export interface Chart {
  readonly title: string;
  /** A figure with its legend, as HTML. */
  readonly html: string;
}

interface Point {
  readonly mode: string;
  readonly ops: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** What a logarithmic scale shows of a counter that says nought: its grain. */
const LEAST = 0.001;

/** A chart for each criterion that has any point. */
export function chartsOf(result: CompareResult): Chart[] {
  return CRITERIA.flatMap((criterion) => {
    const points = pointsOf(result, criterion);
    return points.length > 0 ? [{ title: criterion.name, html: draw(points, result.settings.modes, criterion) }] : [];
  });
}

function pointsOf({ cells }: CompareResult, { figure, under }: Criterion): Point[] {
  const choose = under === 'fewest' ? Math.min : Math.max;
  return cells.flatMap((cell) => {
    const alike = cells.filter(({ ops }) => ops === cell.ops).map(({ connections }) => connections);
    const range = cell.figures[figure];
    if (!range || !serves(cell) || cell.ops === 1 || cell.connections !== choose(...alike)) return [];
    const [median = 0, min = 0, max = 0] = [range.median, range.min, range.max].map((n) => Math.max(n, LEAST));
    return [{ mode: cell.mode, ops: cell.ops, median, min, max }];
  });
}

function draw(points: readonly Point[], modes: readonly string[], { name, figure }: Criterion): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const lines = { x: 'ops', y: 'median', z: 'mode', stroke: 'mode' } as const;
  const plot = Plot.plot({
    document,
    // So narrow that a phone, which shows it smaller, can still be read.
    width: 480,
    height: 320,
    marginLeft: 56,
    marginTop: 32,
    marginBottom: 40,
    style: { fontSize: '13px' },
    x: { type: 'log', label: 'ops a task', ticks: 6, tickFormat: '~s' },
    y: { type: 'log', label: FIGURES[figure].title, grid: true, ticks: 6, tickFormat: '~g' },
    color: { legend: true, domain: [...modes] },
    marks: [
      Plot.ruleX(points, { x: 'ops', y1: 'min', y2: 'max', stroke: 'mode', strokeWidth: 4, strokeOpacity: 0.4 }),
      Plot.line(points, lines),
      Plot.dot(points, { ...lines, fill: 'mode', title: tip }),
    ],
  });
  // For who hears the page: its figures are in the tables.
  const picture = plot.querySelector(':scope > svg');
  picture?.setAttribute('role', 'img');
  picture?.setAttribute('aria-label', `${name} over task size`);
  return plot.outerHTML;
}

function tip({ mode, ops, median, min, max }: Point): string {
  return `${mode}, ${ops.toLocaleString('en')} ops: ${median.toPrecision(3)} (${min.toPrecision(3)} to ${max.toPrecision(3)})`;
}
