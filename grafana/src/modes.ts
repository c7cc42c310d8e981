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

/** Overrides for the series that are a mode; where there are several of one mode, each has a colour by its own name. */
export const modeColours = Object.entries(COLOURS).map(([mode, fixedColor]) => ({
  matcher: { id: 'byRegexp', options: `/^${mode}$/` },
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }] satisfies DynamicConfigValue[],
}));

/** The same for a table's cells. */
export const modeMappings = [
  {
    type: 'value',
    options: Object.fromEntries(Object.entries(COLOURS).map(([mode, color]) => [mode, { color, text: mode }])),
  },
];
