/** A table before it is words or a page. */
import { markdownTable } from 'markdown-table';
import type { Range } from './statistics.ts';

export interface Table {
  readonly head: string[];
  readonly rows: (string | Sortable)[][];
  /** A letter for each column: l or r. */
  readonly align: string;
  /** A name for each row, where others refer to it. */
  readonly ids?: readonly string[];
}

/** What is shown is no number, what it is sorted by is. */
export interface Sortable {
  readonly text: string;
  readonly key: number;
}

export function shown(range: Range | null, show: (value: number) => string): string | Sortable {
  if (!range) return '-';
  const { median, min, max } = range;
  return { text: min === max ? show(median) : `${show(median)} (${show(min)} to ${show(max)})`, key: median };
}

/** As Markdown. */
export function words({ head, rows, align }: Table): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.text)));
  return markdownTable([head, ...texts], { align: [...align] });
}
