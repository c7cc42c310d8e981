/** The table with a row for each mode: every column is a query over the whole time range. */
import { BarGaugeDisplayMode, TableCellDisplayMode } from '@grafana/grafana-foundation-sdk/common';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { modeMappings } from './modes.ts';
import { COLUMNS, DATASOURCE, type Placed, refId, stepsOf } from './panel.ts';

export interface Column {
  readonly name: string;
  readonly unit: string;
  /** One value for each mode. */
  readonly expr: string;
}

export function scoreboard(title: string, about: string, columns: readonly Column[]): Placed {
  return {
    width: COLUMNS,
    build: (id, gridPos) =>
      new PanelBuilder()
        .id(id)
        .gridPos(gridPos)
        .title(title)
        .description(about)
        .datasource(DATASOURCE)
        .unit('short')
        .min(0)
        .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
        .thresholds(stepsOf([]))
        .overrides([
          {
            matcher: { id: 'byName', options: 'mode' },
            properties: [
              { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
              { id: 'mappings', value: modeMappings },
            ],
          },
          ...columns.map(({ name, unit }) => ({
            matcher: { id: 'byName', options: name },
            properties: [
              { id: 'unit', value: unit },
              {
                id: 'custom.cellOptions',
                value: { type: TableCellDisplayMode.Gauge, mode: BarGaugeDisplayMode.Basic },
              },
              { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
            ],
          })),
        ])
        .targets(
          columns.map(({ expr }, n) =>
            new DataqueryBuilder()
              .refId(refId(n))
              .datasource(DATASOURCE)
              .expr(expr)
              .instant()
              .format(PromQueryFormat.Table),
          ),
        )
        .transformations([
          // All columns are of one moment, so that the rows of a mode are one.
          { id: 'merge', options: {} },
          {
            id: 'organize',
            options: {
              excludeByName: { Time: true },
              renameByName: Object.fromEntries(columns.map(({ name }, n) => [`Value #${refId(n)}`, name])),
            },
          },
        ])
        .build(),
  };
}
