/** Older than this, the reading before says nothing of the present. */
const MAX_AGE_MS = 5_000;

interface Reading {
  /** Seconds of CPU since its run began. */
  readonly seconds: number;
  /** When that was: milliseconds, by a clock that all readings of a service share. */
  readonly at: number;
}

/** Cores in use, from counters of CPU seconds that are read now and then. */
export class CpuRates {
  readonly #last = new Map<string, Reading & { readonly run: string; readonly cores: number | null }>();

  /** Since the last reading of `service`, if that was of late and of the same `run`; else null. */
  cores(service: string, run: string, reading: Reading): number | null {
    const last = this.#last.get(service);
    if (last?.run === run && last.at === reading.at) return last.cores;
    const ms = reading.at - (last?.at ?? 0);
    const known = last?.run === run && ms > 0 && ms <= MAX_AGE_MS;
    const cores = known ? Math.max(0, (reading.seconds - last.seconds) / (ms / 1000)) : null;
    this.#last.set(service, { ...reading, run, cores });
    return cores;
  }
}
