/** What a panel is here, and how it becomes Grafana's. What all panels share is said once, in this file. */
import * as common from '@grafana/grafana-foundation-sdk/common';
import {
  FieldColorBuilder,
  FieldColorModeId,
  type GridPos,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { modeColours } from './modes.ts';

/** The one of provisioning/datasources. */
export const DATASOURCE = { type: 'prometheus', uid: 'heavy-lifter-prometheus' };
/** Grafana's grid. */
export const COLUMNS = 24;

export interface Query {
  readonly expr: string;
  /** Of the series; the name of a mode alone gives it that mode's colour. */
  readonly legend: string;
}

/** Where a value starts to be bad, and what it is then. */
export interface Threshold {
  readonly from: number;
  readonly color: 'orange' | 'red';
}

export interface PanelSpec {
  readonly title: string;
  /** What to read from it. */
  readonly about: string;
  /** Grafana's name of it. */
  readonly unit: string;
  /** Columns of the 24. */
  readonly width: number;
  readonly queries: readonly Query[];
  /** Default: lines. */
  readonly kind?: 'lines' | 'name' | 'states' | 'heatmap';
  readonly max?: number;
  /** Also dots: single requests, each with the id under which the logs have it. Of the gateway's histograms. */
  readonly exemplars?: true;
  /** None: there is no value that is bad in itself. */
  readonly thresholds?: readonly Threshold[];
}

/** Anything with a height on the dashboard. */
export interface Placed {
  readonly width: number;
  build(id: number, gridPos: GridPos): Panel;
}

export function panel(spec: PanelSpec): Placed {
  const { width, title, about, unit, thresholds = [], max } = spec;
  return {
    width,
    build(id, gridPos) {
      const builder = BUILDERS[spec.kind ?? 'lines'](spec)
        .id(id)
        .gridPos(gridPos)
        .title(title)
        .description(about)
        .datasource(DATASOURCE)
        .unit(unit)
        .min(0)
        .thresholds(stepsOf(thresholds))
        .targets(spec.queries.map((query, n) => target(spec, query, n)));
      if (max !== undefined) builder.max(max);
      return builder.build();
    },
  };
}

/** A, B, C ... */
export const refId = (n: number) => String.fromCharCode('A'.charCodeAt(0) + n);

function target({ kind, exemplars, queries }: PanelSpec, { expr, legend }: Query, n: number) {
  const query = new DataqueryBuilder().refId(refId(n)).datasource(DATASOURCE).expr(expr).legendFormat(legend).range();
  // Once: quantiles of one histogram have the same.
  if (exemplars && n === queries.length - 1) query.exemplar(true);
  return kind === 'heatmap' ? query.format(PromQueryFormat.Heatmap) : query;
}

export function stepsOf(thresholds: readonly Threshold[]) {
  const steps = thresholds.map(({ from, color }) => ({ value: from, color }));
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([{ value: null, color: 'green' }, ...steps]);
}

const legendOf = () =>
  new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.Table)
    .placement(common.LegendPlacement.Bottom)
    .calcs(['mean', 'max']);
const tooltipOf = () =>
  new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending);
/** By the series' name, so that it has the same colour on every panel. */
const byName = () => new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName);

const BUILDERS = {
  lines: ({ thresholds = [] }: PanelSpec) =>
    new TimeseriesBuilder()
      .legend(legendOf())
      .tooltip(tooltipOf())
      .colorScheme(byName())
      .overrides(modeColours)
      .lineWidth(2)
      .fillOpacity(8)
      .showPoints(common.VisibilityMode.Auto)
      .thresholdsStyle(
        new common.GraphThresholdsStyleConfigBuilder().mode(
          thresholds.length > 0 ? common.GraphThresholdsStyleMode.Dashed : common.GraphThresholdsStyleMode.Off,
        ),
      ),
  /** A constant whose labels say something. */
  name: (_: PanelSpec) =>
    new StatBuilder()
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
      .colorMode(common.BigValueColorMode.Value)
      .graphMode(common.BigValueGraphMode.None)
      .textMode(common.BigValueTextMode.Name)
      .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull'])),
  states: (_: PanelSpec) =>
    new StateBuilder()
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
      .legend(new common.VizLegendOptionsBuilder().showLegend(false))
      .tooltip(tooltipOf())
      .showValue(common.VisibilityMode.Never)
      .mergeValues(true)
      .fillOpacity(80),
  heatmap: (_: PanelSpec) =>
    new heatmap.PanelBuilder()
      .calculate(false)
      .color(
        new heatmap.HeatmapColorOptionsBuilder()
          .mode(heatmap.HeatmapColorMode.Scheme)
          .scheme('Oranges')
          .steps(64)
          .exponent(0.5)
          .fill('dark-orange')
          .reverse(false)
          .scale(heatmap.HeatmapColorScale.Exponential),
      )
      .yAxis(new heatmap.YAxisConfigBuilder().unit('s').axisPlacement(common.AxisPlacement.Left))
      .showLegend(),
};
