/** Panels of figures: the scoreboard and stats. */
import type { Panel } from '../../test/support/dashboards.ts';
import type { Series } from './data.ts';
import { box, formatter, text } from './svg.ts';

const ROW = 26;
const HEAD = 48;

/** A row for each mode, a column for each query. */
export function table({ fieldConfig, transformations = [] }: Panel, series: readonly Series[], width: number): string {
  const names: Record<string, string> = transformations.find(({ id }) => id === 'organize')?.options.renameByName ?? {};
  const columns = Object.entries(names).map(([value, name]) => {
    const refId = value.replace('Value #', '');
    const own = fieldConfig?.overrides?.find(({ matcher }) => matcher.options === name)?.properties ?? [];
    return { refId, name, format: formatter(own.find(({ id }) => id === 'unit')?.value as string | undefined) };
  });
  const modes = [...new Set(series.map(({ labels }) => labels.mode ?? ''))].sort();
  const step = (width - 20) / (columns.length + 1);
  const heads = ['mode', ...columns.map(({ name }) => name)];
  const cells = modes.flatMap((mode, row) => [
    text(10, HEAD + ROW * (row + 1), mode, { size: 13 }),
    ...columns.map(({ refId, format }, n) => {
      const value = series.find((one) => one.refId === refId && one.labels.mode === mode)?.points.at(-1)?.[1];
      return text(10 + step * (n + 1), HEAD + ROW * (row + 1), value === undefined ? '-' : format(value), { size: 13 });
    }),
    box(10, HEAD + ROW * (row + 1) + 8, width - 20, 0.5, '#2c3235'),
  ]);
  return [...heads.map((head, n) => text(10 + step * n, HEAD, head, { fill: '#6e9fff' })), ...cells].join('');
}

/** Constants whose labels say something. */
export const names = (series: readonly Series[]): string =>
  series.map(({ name }, n) => text(10, 60 + n * 36, name, { size: 14, fill: '#73bf69' })).join('');
