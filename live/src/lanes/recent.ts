/** Latency of the last five seconds: a histogram a second, the oldest of which is used again. */
import { Latency } from '@heavy-lifter/loadgen/load/latency';
import type { Lane } from '../contract.ts';

const SECONDS = 5;

export class Recent {
  readonly #parts = Array.from({ length: SECONDS }, () => ({ second: -1, latency: new Latency() }));
  readonly #all = new Latency();

  record(ms: number): void {
    const second = Math.floor(performance.now() / 1000);
    const part = this.#parts[second % SECONDS] as { second: number; latency: Latency };
    if (part.second !== second) {
      part.second = second;
      part.latency.reset();
    }
    part.latency.record(ms);
  }

  summary(): Lane['recent'] {
    const oldest = Math.floor(performance.now() / 1000) - SECONDS;
    const parts = this.#parts.filter(({ second }) => second > oldest);
    if (parts.length === 0) return { count: 0, p50: null, p99: null };
    this.#all.reset();
    for (const { latency } of parts) this.#all.add(latency);
    const { count, p50, p99 } = this.#all.summary();
    return { count, p50, p99 };
  }
}
