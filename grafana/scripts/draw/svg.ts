/** Small pieces of SVG, and numbers as Grafana's units print them. */

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const text = (x: number, y: number, content: string, { size = 11, fill = '#ccccdc', anchor = 'start' } = {}) =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}">${escaped(content)}</text>`;

export const box = (x: number, y: number, width: number, height: number, fill: string, more = '') =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${fill}" ${more}/>`;

/** A tenth of a pixel is more than anybody sees. */
export const round = (n: number) => Math.round(n * 10) / 10;

const scaled = (value: number, units: readonly (readonly [number, string])[]) => {
  const [factor, unit] = units.find(([from]) => Math.abs(value) >= from) ?? units.at(-1) ?? [1, ''];
  return `${Number((value / factor).toPrecision(3))}${unit}`;
};
const SI = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
  [1, ''],
] as const;
const UNITS: Record<string, (value: number) => string> = {
  s: (value) =>
    value === 0
      ? '0'
      : scaled(value, [
          [1, ' s'],
          [1e-3, ' ms'],
          [1e-6, ' µs'],
        ]),
  bytes: (value) =>
    scaled(value, [
      [2 ** 30, ' GiB'],
      [2 ** 20, ' MiB'],
      [2 ** 10, ' KiB'],
      [1, ' B'],
    ]),
  percentunit: (value) => `${Number((value * 100).toPrecision(3))} %`,
  reqps: (value) => `${scaled(value, SI)}/s`,
  ops: (value) => `${scaled(value, SI)}/s`,
  short: (value) => scaled(value, SI),
};

export const formatter = (unit = 'short') => UNITS[unit] ?? ((value: number) => scaled(value, SI));
