import type { Panel } from '../../test/support/dashboards.ts';
import type { Series } from './data.ts';

const PALETTE = ['#73bf69', '#5794f2', '#ff9830', '#f2495c', '#b877d9', '#fade2a', '#8ab8ff', '#19b5b5'];

/** Of each series, by the panel's own overrides; what has none gets one of the palette. */
export function colours({ fieldConfig }: Panel, series: readonly Series[]): (n: number) => string {
  const chosen = series.map(({ name }, n) => {
    for (const { matcher, properties } of fieldConfig?.overrides ?? []) {
      const [, pattern] = /^\/(.*)\/$/.exec(matcher.options) ?? [];
      const color = properties.find(({ id }) => id === 'color')?.value.fixedColor;
      if (pattern && color && new RegExp(pattern).test(name)) return color;
    }
    return PALETTE[n % PALETTE.length] ?? '';
  });
  return (n) => chosen[n] ?? '';
}
