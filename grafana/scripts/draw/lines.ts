/** Panels of lines, of heat and of states: what is drawn over time. */
import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Panel } from '../../test/support/dashboards.ts';
import { colours } from './colours.ts';
import type { Range, Series } from './data.ts';
import { box, formatter, round, text } from './svg.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly range: Range;
  readonly stepS: number;
  readonly marks: readonly Mark[];
}

export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly color: string;
}

const LEFT = 64;
const TOP = 28;
const LEGEND_LINE = 15;
const MAX_LEGEND = 3;

export function lines(panel: Panel, series: readonly Series[], frame: Frame): string {
  const { unit, max } = panel.fieldConfig?.defaults ?? {};
  const color = colours(panel, series);
  const { legend, height } = legendOf(series, color, frame);
  const bottom = frame.height - height - 20;
  const x = timeScale(frame);
  const highest = Math.max(max ?? 0, ...series.flatMap(({ points }) => points.map(([, value]) => value)));
  // Round figures of what is printed.
  const base = unit === 'bytes' ? 2 ** 20 : 1;
  const y = scaleLinear([0, (highest || 1) / base], [bottom, TOP]).nice(4);
  const format = formatter(unit);
  const grid = y
    .ticks(4)
    .map((tick) => box(LEFT, y(tick), frame.width - LEFT - 8, 0.5, '#2c3235') + label(y(tick), format(tick * base)));
  const path = line<readonly [number, number]>(
    ([at]) => round(x(at)),
    ([, value]) => round(y(value / base)),
  );
  const drawn = series.flatMap(({ points }, n) =>
    unbroken(points, frame.stepS).map(
      (part) =>
        `<path d="${path(part.length > 1 ? part : [...part, ...part]) ?? ''}" fill="none" stroke="${color(n)}" stroke-width="1.6" stroke-linecap="round"/>`,
    ),
  );
  return [marksOf(frame, x, TOP, bottom), ...grid, axis(x, bottom), ...drawn, legend].join('');
}

/** Cumulative buckets, drawn as what is in each. */
export function heat(series: readonly Series[], frame: Frame): string {
  const bottom = frame.height - 20;
  const x = timeScale(frame);
  const bound = ({ labels }: Series) => (labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le));
  const rising = [...series].sort((a, b) => bound(a) - bound(b));
  const height = (bottom - TOP) / rising.length;
  const width = Math.max(1, x(frame.stepS) - x(0));
  const cells = rising.flatMap(({ points }, n) => {
    const below = new Map(n > 0 ? rising[n - 1]?.points : []);
    return points.map(([at, value]) => [at, n, Math.max(0, value - (below.get(at) ?? 0))] as const);
  });
  const most = Math.max(1, ...cells.map(([, , count]) => count));
  const drawn = cells
    .filter(([, , count]) => count > 0)
    .map(([at, n, count]) =>
      box(x(at), bottom - (n + 1) * height, width, height - 0.5, '#ff9830', opacity(count / most)),
    );
  const names = rising.map((one, n) =>
    n % 3 === 0 ? label(bottom - n * height, Number.isFinite(bound(one)) ? formatter('s')(bound(one)) : '∞') : '',
  );
  return [...drawn, ...names, axis(x, bottom)].join('');
}

/** A band for each series, red where its value is not 0. */
export function states(series: readonly Series[], frame: Frame): string {
  const bottom = frame.height - 20;
  const x = timeScale(frame);
  const height = (bottom - TOP) / Math.max(1, series.length);
  const width = x(frame.stepS) - x(0);
  return [
    ...series.flatMap(({ name, points }, n) => [
      ...points.map(([at, value]) =>
        box(x(at), TOP + n * height + 2, width + 0.4, height - 4, value > 0 ? '#f2495c' : '#37872d'),
      ),
      text(LEFT + 4, TOP + (n + 0.5) * height + 4, name, { fill: '#ffffff' }),
    ]),
    axis(x, bottom),
  ].join('');
}

const opacity = (share: number) => `fill-opacity="${round(0.1 + 0.9 * Math.sqrt(share))}"`;
const label = (y: number, content: string) => text(LEFT - 6, round(y) + 4, content, { size: 10, anchor: 'end' });
const timeScale = ({ range, width }: Frame) => scaleLinear([range.from, range.to], [LEFT, width - 8]);

/** Seconds from the beginning: the time of day of a run is of no interest. */
function axis(x: ScaleLinear<number, number>, bottom: number): string {
  const [from = 0, to = 0] = x.domain();
  return scaleLinear([0, to - from], [0, 1])
    .ticks(6)
    .filter((tick) => tick < 0.97 * (to - from))
    .map((tick) => text(round(x(from + tick)), bottom + 14, `${tick} s`, { size: 10, anchor: 'middle' }))
    .join('');
}

function marksOf({ marks }: Frame, x: ScaleLinear<number, number>, top: number, bottom: number): string {
  return marks
    .map(({ from, to, color }) => {
      const [left, right] = [x(from), x(to)];
      return box(left, top, Math.max(1.2, right - left), bottom - top, color, 'fill-opacity="0.35"');
    })
    .join('');
}

/** Parts without a gap: a missing scrape is not a straight line. */
function unbroken(points: Series['points'], stepS: number): Series['points'][] {
  const parts: Series['points'][] = [];
  for (const point of points) {
    const part = parts.at(-1);
    const last = part?.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
    if (part && point[0] - last <= 1.5 * stepS) part.push(point);
    else parts.push([point]);
  }
  return parts;
}

function legendOf(series: readonly Series[], color: (n: number) => string, { width, height }: Frame) {
  const rows: string[] = [];
  let [x, row] = [10, 0];
  for (const [n, { name }] of series.entries()) {
    const needed = 20 + name.length * 6;
    if (x + needed > width) [x, row] = [10, row + 1];
    if (row >= MAX_LEGEND) break;
    const y = LEGEND_LINE * row;
    rows.push(box(x, y - 6, 10, 3, color(n)), text(x + 14, y, name, { size: 10 }));
    x += needed;
  }
  const taken = (Math.min(row, MAX_LEGEND - 1) + 1) * LEGEND_LINE;
  const moved = `<g transform="translate(0 ${height - taken + 6})">${rows.join('')}</g>`;
  return { legend: moved, height: taken };
}
