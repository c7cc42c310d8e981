/** A panel's own queries on the data of a Prometheus. */
import { type Panel, substituted } from '../../test/support/dashboards.ts';

export interface Range {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
}

export interface Series {
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Of the query that it answers. */
  readonly refId: string;
  readonly points: (readonly [at: number, value: number])[];
}

/** A point for each few pixels. */
const POINTS = 180;

export class Data {
  readonly #url: string;
  readonly range: Range;
  readonly #mode: string;

  constructor(url: string, range: Range, mode: string) {
    this.#url = url;
    this.range = range;
    this.#mode = mode;
  }

  get stepS(): number {
    return Math.max(1, Math.ceil((this.range.to - this.range.from) / POINTS));
  }

  async panel({ targets = [] }: Panel): Promise<Series[]> {
    const answers = targets.map(async ({ expr, refId, legendFormat = '', instant = false }) => {
      const series = await this.ask(expr, instant);
      return series.map(({ labels, points }) => ({ name: named(legendFormat, labels), labels, refId, points }));
    });
    return (await Promise.all(answers)).flat();
  }

  async ask(expr: string, instant = false): Promise<Pick<Series, 'labels' | 'points'>[]> {
    const { from, to } = this.range;
    const query = substituted(expr, Math.ceil(to - from), this.#mode);
    const when = instant ? { time: String(to) } : { start: String(from), end: String(to), step: String(this.stepS) };
    const url = `${this.#url}/api/v1/query${instant ? '' : '_range'}?${new URLSearchParams({ query, ...when })}`;
    const { data } = (await (await fetch(url)).json()) as Answer;
    return data.result.map(({ metric, value, values = value ? [value] : [] }) => ({
      labels: metric,
      points: values.map(([at, number]) => [at, Number(number)] as const).filter(([, n]) => Number.isFinite(n)),
    }));
  }
}

interface Answer {
  data: { result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[] };
}

/** As Grafana fills a legend. */
const named = (format: string, labels: Record<string, string>) =>
  format.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => labels[label] ?? '').trim();
