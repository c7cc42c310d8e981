/** The dashboards as Grafana reads them, and everything in them that asks Prometheus. */
import { readdirSync, readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';

export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: object;
  targets?: {
    refId: string;
    expr: string;
    legendFormat?: string;
    instant?: boolean;
    exemplar?: boolean;
    datasource: object;
  }[];
  transformations?: { id: string; options: { renameByName?: Record<string, string> } }[];
  fieldConfig?: {
    defaults: { unit?: string; min?: number; max?: number; thresholds?: { steps: unknown[] } };
    overrides?: { matcher: { options: string }; properties: { id: string; value: Value }[] }[];
  };
}

/** Of an override: a unit, or a colour. */
type Value = string & { fixedColor: string };

export interface Dashboard {
  uid: string;
  title: string;
  tags: string[];
  panels: Panel[];
  links: { keepTime: boolean; includeVars: boolean; tags: string[] }[];
  templating: { list: { name: string; multi: boolean; includeAll: boolean; query: string; datasource: object }[] };
  annotations: { list: { name: string; datasource: object; target: { expr: string }; useValueForTime?: boolean }[] };
}

export interface Question {
  /** Dashboard, panel and query, for people. */
  readonly where: string;
  readonly expr: string;
  /** Of the end of the time range only. */
  readonly instant: boolean;
}

const folder = new URL('../../dashboards/', import.meta.url);

/** By the name of the file. */
export const files = readdirSync(folder).map(
  (file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Dashboard] as const,
);

/** Without the rows, which only divide. */
export const drawn = ({ panels }: Dashboard) => panels.filter(({ type }) => type !== 'row');

export function questions(dashboard: Dashboard): Question[] {
  const { title, annotations } = dashboard;
  return [
    ...drawn(dashboard).flatMap(({ title: panel, targets = [] }) =>
      targets.map(({ expr, refId, instant = false }) => ({ where: `${title} / ${panel} ${refId}`, expr, instant })),
    ),
    ...annotations.list.map(({ name, target }) => ({
      where: `${title} / annotation ${name}`,
      expr: target.expr,
      instant: false,
    })),
  ];
}

/** The metric and the label of a variable's `label_values(metric, label)`. */
export function labelValues(query: string): { match: string; label: string } {
  const [, match = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
  return { match, label };
}

/** As Grafana does for a time range of so many seconds that is drawn a second a point. */
export const substituted = (expr: string, rangeS: number, mode = '.+') =>
  expr.replaceAll('$__rate_interval', '4s').replaceAll('$__range', `${rangeS}s`).replaceAll('$mode', mode);

/** Names of the metrics in an expression; throws where it is no PromQL. */
export function metricsIn(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter({ type, from, to, node }) {
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expr}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') names.push(expr.slice(from, to));
    },
  });
  return names;
}
