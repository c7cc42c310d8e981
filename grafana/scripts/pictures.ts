/**
 * Draws dashboards without a Grafana: their panels' own queries on the data of a Prometheus, into `pictures/*.svg`.
 * Drawn by hand on d3's scales and shapes, because no chart library reads what a panel says: units, overrides, marks.
 * Usage: node grafana/scripts/pictures.ts <prometheus url> <dashboard>=<from>-<to>[:<mode>] ...   (seconds since 1970)
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { type Dashboard, files, type Panel } from '../test/support/dashboards.ts';
import { Data, type Series } from './draw/data.ts';
import { type Frame, heat, lines, type Mark, states } from './draw/lines.ts';
import { box, text } from './draw/svg.ts';
import { names, table } from './draw/table.ts';

const COLUMN = 50;
const ROW = 27;
const HEAD = 56;
const COLOURS: Record<string, string> = { Starts: '#ff9830', Faults: '#f2495c' };

const [url = '', ...wanted] = process.argv.slice(2);
const folder = new URL('../pictures/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const want of wanted) {
  const [, name = '', from, to, mode = '.+'] = /^(\w+)=(\d+)-(\d+)(?::(.+))?$/.exec(want) ?? [];
  const [, dashboard] = files.find(([file]) => file === `${name}.json`) ?? [];
  if (!dashboard) throw new Error(`no dashboard ${want}`);
  const data = new Data(url, { from: Number(from), to: Number(to) }, mode);
  writeFileSync(new URL(`${name}.svg`, folder), `${await draw(dashboard, data)}\n`);
  console.log(`grafana/pictures/${name}.svg`);
}

async function draw(dashboard: Dashboard, data: Data): Promise<string> {
  const { panels, title } = dashboard;
  const marks = await marksOf(dashboard, data);
  const drawn = await Promise.all(panels.map(async (panel) => place(panel, await data.panel(panel), data, marks)));
  const width = 24 * COLUMN;
  const height = HEAD + ROW * Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  const what = "Drawn from the panels' own queries on the data of a real run; not a screenshot of Grafana.";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Inter, Helvetica, Arial, sans-serif">`,
    `<title>${title}</title>`,
    box(0, 0, width, height, '#111217'),
    text(12, 26, title, { size: 18, fill: '#ffffff' }),
    text(12, 45, `${what} Orange: a process started. Red: a fault.`),
    ...drawn,
    '</svg>',
  ].join('\n');
}

function place(panel: Panel, series: Series[], data: Data, marks: readonly Mark[]): string {
  const { x, y, w, h } = panel.gridPos;
  const [width, height] = [w * COLUMN - 6, h * ROW - 6];
  const at = `<g transform="translate(${x * COLUMN + 3} ${HEAD + y * ROW + 3})">`;
  if (panel.type === 'row') return `${at}${text(6, 16, panel.title, { size: 14, fill: '#ffffff' })}</g>`;
  const frame = { width, height, range: data.range, stepS: data.stepS, marks };
  return [
    at,
    box(0, 0, width, height, '#181b1f', 'rx="3" stroke="#2c3235"'),
    text(10, 18, panel.title, { size: 13, fill: '#ffffff' }),
    content(panel, series, frame),
    '</g>',
  ].join('');
}

function content(panel: Panel, series: Series[], frame: Frame): string {
  if (series.length === 0) return text(frame.width / 2, frame.height / 2, 'No data', { anchor: 'middle' });
  if (panel.type === 'table') return table(panel, series, frame.width);
  if (panel.type === 'stat') return names(series);
  if (panel.type === 'heatmap') return heat(series, frame);
  if (panel.type === 'state-timeline') return states(series, frame);
  return lines(panel, series, frame);
}

/** Annotations within the range; of the phases panels say enough. */
async function marksOf({ annotations }: Dashboard, data: Data): Promise<Mark[]> {
  const { from, to } = data.range;
  const marks = annotations.list.map(async ({ name, target, useValueForTime }): Promise<Mark[]> => {
    const color = COLOURS[name];
    if (!color) return [];
    const series = await data.ask(target.expr);
    if (useValueForTime) {
      const times = new Set(series.flatMap(({ points }) => points.map(([, ms]) => ms / 1000)));
      return [...times].filter((at) => at >= from && at <= to).map((at) => ({ from: at, to: at, color }));
    }
    return series.flatMap(({ points }) => points.map(([at]) => ({ from: at, to: at + data.stepS, color })));
  });
  return (await Promise.all(marks)).flat();
}
