/** What every dashboard has: the variable, the links, the annotations, the grid. */
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { COLUMNS, DATASOURCE, type Placed } from './panel.ts';
import { MODE } from './queries.ts';

/** Panels side by side; their widths are the whole width. */
export interface Line {
  readonly panels: readonly Placed[];
  /** Grid units of 30 px. */
  readonly height?: number;
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

const HEIGHT = 8;
const TAG = 'heavy-lifter';
/** Unix time of each process's start; Redis's is told by its exporter, whose own is of no interest. */
const STARTED = `process_start_time_seconds{job=~"gateway|rust-.+",${MODE}} or redis_start_time_seconds{${MODE}}`;

export function dashboard(uid: string, title: string, about: string, sections: readonly Section[]): Dashboard {
  const built = new DashboardBuilder(`Heavy Lifter / ${title}`)
    .uid(`heavy-lifter-${uid}`)
    .description(about)
    .tags([TAG])
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-5m', to: 'now' })
    .refresh('5s')
    .readonly()
    .withVariable(modeVariable())
    .annotations(annotations())
    .link(
      new DashboardLinkBuilder('Dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .keepTime(true)
        .includeVars(true),
    )
    .build();
  return {
    ...built,
    panels: place(sections),
    links: built.links?.map(inSight) ?? [],
    annotations: { list: built.annotations?.list?.map(inSight) ?? [] },
  };
}

/** What gateways there are, so that a mode that is added appears by itself. */
function modeVariable() {
  return new QueryVariableBuilder('mode')
    .label('Mode')
    .description('Modes whose gateway was scraped in this time range')
    .datasource(DATASOURCE)
    .query('label_values(build_info{job="gateway"}, mode)')
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ text: 'All', value: '$__all', selected: true });
}

function annotations() {
  // A sample a second: what is one step apart becomes one region.
  const query = (name: string, iconColor: string, expr: string, titleFormat: string) =>
    new AnnotationQueryBuilder()
      .name(name)
      .datasource(DATASOURCE)
      .enable(true)
      .iconColor(iconColor)
      .target(new DataqueryBuilder().refId('Anno').datasource(DATASOURCE).expr(expr).interval('1s').range())
      .titleFormat(titleFormat);
  return [
    query('Starts', 'orange', `(${STARTED}) * 1000`, '{{job}} started ({{mode}})').useValueForTime(true),
    query('Faults', 'red', 'max by (service, fault) (chaos_fault) == 1', '{{fault}} of {{service}}'),
    query('Bench phases', 'blue', `bench_phase{phase!="over",${MODE}}`, '{{mode}}: {{phase}}').textFormat('{{run}}'),
  ];
}

/** The SDK's default puts links and switches into a menu, where nobody looks for them. */
function inSight<T extends { placement?: unknown }>({ placement: _menu, ...rest }: T): Omit<T, 'placement'> {
  return rest;
}

function place(sections: readonly Section[]): NonNullable<Dashboard['panels']> {
  const panels: NonNullable<Dashboard['panels']> = [];
  let y = 0;
  let id = 0;
  for (const { title, lines } of sections) {
    panels.push(new RowBuilder(title).id(++id).gridPos({ x: 0, y: y++, w: COLUMNS, h: 1 }).build());
    for (const { panels: side, height: h = HEIGHT } of lines) {
      let x = 0;
      for (const placed of side) {
        panels.push(placed.build(++id, { x, y, w: placed.width, h }));
        x += placed.width;
      }
      if (x !== COLUMNS) throw new Error(`a line of "${title}" is ${x} columns wide`);
      y += h;
    }
  }
  return panels;
}
