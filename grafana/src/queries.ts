/** Pieces of PromQL that several panels share. */

export const MODE = 'mode=~"$mode"';
/** The endpoint that computes, and the one that does not. */
export const BLOCKING = 'route="/blocking"';

/** A second, over the shortest window in which there are enough samples. */
export const rate = (series: string) => `rate(${series}[$__rate_interval])`;

/** A quantile of a histogram, by labels. Empty where nothing was observed, so that no NaN is drawn. */
export const quantile = (q: number, histogram: string, labels: string, by = 'mode', window = '$__rate_interval') => {
  const count = `sum by (${by}) (rate(${histogram}_count{${labels}}[${window}]))`;
  return `histogram_quantile(${q}, sum by (${by}, le) (rate(${histogram}_bucket{${labels}}[${window}]))) and ${count} > 0`;
};

/** The same expression for p50, p95 and p99. */
export const quantiles = (histogram: string, labels: string, by = 'mode', legend = '{{mode}}') =>
  [0.5, 0.95, 0.99].map((q) => ({
    expr: quantile(q, histogram, labels, by),
    legend: `${legend} p${q * 100}`,
  }));

/** `bad`, or 0 where there is none of it but some of `all`. */
export const orZero = (bad: string, all: string) => `${bad} or 0 * ${all}`;
