/** Prometheus of the stack, asked as Grafana asks it. */
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { ports } from './support.ts';

const url = `http://127.0.0.1:${ports.PROMETHEUS_PORT}/api/v1`;

export interface Series {
  readonly metric: Record<string, string>;
  /** Time in seconds and value, without those that are no numbers. */
  readonly points: readonly (readonly [number, number])[];
}

/** Seconds since 1970. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const now = () => Date.now() / 1000;

/** Until it has read what it kept, some seconds after `make up`, Prometheus answers with 503. */
async function get<T>(path: string, parameters: Record<string, string>): Promise<T> {
  const body = (await askAgain(`${url}/${path}?${new URLSearchParams(parameters)}`)) as { status: string; data: T };
  if (body.status !== 'success') throw new Error(`${body.status}: ${JSON.stringify(parameters)}`);
  return body.data;
}

interface Result {
  result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
}

const series = ({ result }: Result): Series[] =>
  result
    .map(({ metric, value, values = value ? [value] : [] }) => ({
      metric,
      points: values.map(([at, text]) => [at, Number(text)] as const).filter(([, number]) => !Number.isNaN(number)),
    }))
    .filter(({ points }) => points.length > 0);

/** A point a second. */
export const queryRange = async (query: string, { from, to }: Range) =>
  series(await get<Result>('query_range', { query, start: String(from), end: String(to), step: '1' }));

export const queryAt = async (query: string, time: number) =>
  series(await get<Result>('query', { query, time: String(time) }));

export const labelValuesOf = (label: string, match: string, { from, to }: Range) =>
  get<string[]>(`label/${label}/values`, { 'match[]': match, start: String(from), end: String(to) });

/** Labels of the single observations that Prometheus kept of a query's histograms. */
export async function exemplarsOf(query: string, { from, to }: Range): Promise<Record<string, string>[]> {
  const found = await get<{ exemplars: { labels: Record<string, string> }[] }[]>('query_exemplars', {
    query,
    start: String(from),
    end: String(to),
  });
  return found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels));
}

export interface Target {
  readonly scrapeUrl: string;
  readonly labels: Record<string, string>;
  readonly health: string;
}

export const targets = async () =>
  (await get<{ activeTargets: Target[] }>('targets', { state: 'active' })).activeTargets;
