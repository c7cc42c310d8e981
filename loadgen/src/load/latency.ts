import { build, type Histogram } from 'hdr-histogram-js';
import { z } from 'zod';

/** Milliseconds, with the number of samples they come from. Null where there was none. */
export const LatencyMs = z.object({
  count: z.int().min(0),
  p50: z.number().nullable(),
  p75: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
  p999: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
});
export type LatencyMs = z.infer<typeof LatencyMs>;

/** An HDR histogram from a microsecond to a day, 3 significant digits. */
export class Latency {
  readonly #histogram: Histogram = build({ lowestDiscernibleValue: 1, highestTrackableValue: 86_400_000_000 });

  record(ms: number): void {
    this.#histogram.recordValue(Math.max(1, Math.round(ms * 1000)));
  }

  /** Takes in all that another one recorded. */
  add(other: Latency): void {
    this.#histogram.add(other.#histogram);
  }

  reset(): void {
    this.#histogram.reset();
  }

  summary(): LatencyMs {
    const count = this.#histogram.totalCount;
    const at = (percentile: number) => (count > 0 ? this.#histogram.getValueAtPercentile(percentile) / 1000 : null);
    const [max, mean] = count > 0 ? [this.#histogram.maxValue / 1000, this.#histogram.mean / 1000] : [null, null];
    return { count, p50: at(50), p75: at(75), p90: at(90), p95: at(95), p99: at(99), p999: at(99.9), max, mean };
  }
}
