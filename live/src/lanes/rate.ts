/** How often something happens, of late. */
const BUCKET_MS = 250;
const BUCKETS = 64;

export class Rate {
  readonly #counts = new Float64Array(BUCKETS);
  /** Which bucket of all time each count is of. */
  readonly #of = new Float64Array(BUCKETS).fill(-1);

  /** `at`: milliseconds since the epoch. */
  add(at: number, n = 1): void {
    const bucket = Math.floor(at / BUCKET_MS);
    const place = bucket % BUCKETS;
    if (this.#of[place] !== bucket) {
      // Older than what is there: too late to count.
      if ((this.#of[place] as number) > bucket) return;
      this.#of[place] = bucket;
      this.#counts[place] = 0;
    }
    (this.#counts[place] as number) += n;
  }

  /** A second, over the last whole buckets of `ms` before `until`; at most some 15 s. */
  perS(until: number, ms: number): number {
    const end = Math.floor(until / BUCKET_MS);
    const buckets = Math.min(BUCKETS - 1, Math.max(1, Math.round(ms / BUCKET_MS)));
    let sum = 0;
    for (let bucket = end - buckets; bucket < end; bucket++)
      if (this.#of[bucket % BUCKETS] === bucket) sum += this.#counts[bucket % BUCKETS] as number;
    return (sum * 1000) / (buckets * BUCKET_MS);
  }
}
