/** What happened in a lane from one moment on, in numbers of this run. */
import type { Lane, Tick } from '../../src/contract.ts';
import { controlLine, milliseconds, number } from '../format.ts';
import type { Model } from '../model/model.ts';
import { isHole } from '../model/verdict.ts';

type Counted = 'sent' | 'ok' | 'accepted' | 'refused' | 'failed' | 'unknown';

export class Measured {
  readonly lane: string;
  readonly #model: Model;
  readonly #from: number;
  readonly #before: Lane | null;
  readonly #ticks = new Map<number, Tick>();
  #p50: number | null = null;
  #p99: number | null = null;
  #rss = 0;

  constructor(model: Model, lane: string) {
    this.#model = model;
    this.lane = lane;
    this.#from = model.now;
    this.#before = this.latest;
  }

  get latest(): Lane | null {
    return this.#model.lane(this.lane).latest;
  }

  /** To be called with every snapshot: what is kept of a lane is the last minute only. */
  sample() {
    for (const tick of this.#model.lane(this.lane).ticks) if (tick.at >= this.#from) this.#ticks.set(tick.n, tick);
    const { recent, services, users } = this.latest ?? {};
    // While there is load: afterwards the last five seconds are of its end only.
    if (recent?.count && users) {
      this.#p50 = recent.p50;
      this.#p99 = Math.max(this.#p99 ?? 0, recent.p99 ?? 0);
    }
    this.#rss = Math.max(this.#rss, services?.find(({ role }) => role === 'gateway')?.rssBytes ?? 0);
  }

  count(what: Counted): number {
    return (this.latest?.account[what] ?? 0) - (this.#before?.account[what] ?? 0);
  }

  get jobs() {
    return this.latest?.account.jobs ?? null;
  }

  get p50(): number | null {
    return this.#p50;
  }

  /** The median of the bystander's waits; what was never answered counts as the longest. */
  get bystander(): number | null {
    const waits = this.#settled().map(({ ms }) => ms ?? Number.POSITIVE_INFINITY);
    return waits.sort((a, b) => a - b)[waits.length >> 1] ?? null;
  }

  /** About the bystander. */
  heartbeats(): string {
    const settled = this.#settled();
    const holes = settled.filter(isHole).length;
    const longest = Math.max(0, ...settled.map(({ ms }) => ms ?? 0));
    const median = this.bystander;
    const typical = median === null ? '?' : Number.isFinite(median) ? milliseconds(median) : 'never answered';
    return `The bystander: ${typical} at the median, ${milliseconds(longest)} at worst; ${number(holes)} of ${number(settled.length)} heartbeats were holes.`;
  }

  answers(): string {
    const sent = number(this.count('sent'));
    const [ok, refused, failed, unknown] = (['ok', 'refused', 'failed', 'unknown'] as const).map((what) =>
      number(this.count(what)),
    );
    return `Callers: ${sent} sent, ${ok} answered, ${refused} refused, ${failed} failed, ${unknown} left without an answer; p50 ${milliseconds(this.#p50)}, p99 up to ${milliseconds(this.#p99)}.`;
  }

  /** What the losing queue came to; it is told of where it was run. */
  control(): string {
    const { control } = this.#model;
    return control ? controlLine(control) : '';
  }

  memory(): string {
    const before = this.#before?.services.find(({ role }) => role === 'gateway')?.rssBytes;
    const mib = (bytes: number) => number(Math.round(bytes / 1_048_576));
    return before && this.#rss ? `The gateway's memory: ${mib(before)} MiB before, up to ${mib(this.#rss)} MiB.` : '';
  }

  #settled(): Tick[] {
    return [...this.#ticks.values()].filter(({ state }) => state !== 'open' && state !== 'ours');
  }
}
