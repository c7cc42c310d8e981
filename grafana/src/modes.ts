/** Each mode's colour, the same on every panel. A mode that is not listed gets one by its name, and appears all the same. */
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';

const COLOURS: Record<string, string> = {
  inline: '#8E8E8E',
  unpooled: '#F2495C',
  pool: '#FF9830',
  microservice: '#5794F2',
  queue: '#73BF69',
  wasm: '#B877D9',
  native: '#19B5B5',
};

/** Overrides for series whose name is a mode, and in shades of its colour for those whose name begins with one. */
export const modeColours = Object.entries(COLOURS).flatMap(([mode, fixedColor]) => [
  override(`/^${mode}$/`, { mode: 'fixed', fixedColor }),
  override(`/^${mode} /`, { mode: 'shades', fixedColor }),
]);

function override(options: string, value: { mode: string; fixedColor: string }) {
  const properties: DynamicConfigValue[] = [{ id: 'color', value }];
  return { matcher: { id: 'byRegexp', options }, properties };
}

/** The same for a table's cells. */
export const modeMappings = [
  {
    type: 'value',
    options: Object.fromEntries(Object.entries(COLOURS).map(([mode, color]) => [mode, { color, text: mode }])),
  },
];
