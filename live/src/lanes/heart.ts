/** The heartbeats of a lane: a cheap request at a steady rate, each of which is told of at every change of its state. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Pool } from 'undici';
import { HEARTBEATS_PER_S, HOLE_MS, NONE_MS, OURS_MS, type Tick } from '../contract.ts';

/** A second while no load runs: being watched must cost a gateway next to nothing. */
const SELDOM_PER_S = 1;
/** Connections, and so heartbeats at the gateway at one time; the others wait here, and their time counts. */
const MAX_OPEN = 20;
/** Ticks kept for a reader who does not come. */
const MAX_KEPT = 400;
/** Of what watches this thread's own event loop. */
const RESOLUTION_MS = 10;

interface Beat {
  readonly tick: Tick;
  readonly startedAt: number;
  readonly abort: AbortController;
  /** By us: what it says of the gateway is in doubt, unless it is answered at once. */
  readonly askedLate: boolean;
}

export class Heart {
  readonly #pool: Pool;
  readonly #open = new Set<Beat>();
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #changed = new Map<number, Tick>();
  #timer: NodeJS.Timeout | undefined;
  #everyMs = 0;
  #dueAt = 0;
  #n = 0;
  #heardAt = Date.now();
  /** Whether the last one that ended was no answer. */
  #failing = false;
  #wasSilent = false;
  /** The longest pause of this thread between the last two beats. */
  #pauseMs = 0;

  readonly #silent: () => void;

  /** `silent` hears when the gateway is not heard any more. */
  constructor(url: string, silent: () => void) {
    this.#silent = silent;
    this.#pool = new Pool(url, { connections: MAX_OPEN, headersTimeout: 2 * NONE_MS });
  }

  /** `often`: as on the page; else as seldom as nobody minds. */
  beat(on: boolean, often: boolean): void {
    const everyMs = on ? 1000 / (often ? HEARTBEATS_PER_S : SELDOM_PER_S) : 0;
    if (everyMs === this.#everyMs) return;
    clearTimeout(this.#timer);
    this.#everyMs = everyMs;
    if (!on) return void this.#delay.disable();
    this.#delay.enable();
    this.#heardAt = Date.now();
    this.#dueAt = performance.now() + everyMs;
    this.#wait();
  }

  /** The ticks that changed since the last call. */
  take(): Tick[] {
    const ticks = [...this.#changed.values()];
    this.#changed = new Map();
    return ticks;
  }

  /** Since when the gateway has not been heard; null while it is. */
  get silentSince(): number | null {
    const oldest = this.#open.values().next().value;
    const silent = oldest && performance.now() - oldest.startedAt > HOLE_MS;
    return silent || this.#failing ? this.#heardAt : null;
  }

  async close(): Promise<void> {
    this.beat(false, false);
    await this.#pool.destroy();
  }

  /** By the clock: an interval of Node's would become later and later. */
  #wait(): void {
    this.#timer = setTimeout(() => this.#beat(), Math.max(0, this.#dueAt - performance.now()));
  }

  #beat(): void {
    const now = performance.now();
    const lateMs = now - this.#dueAt;
    // What was missed is missed: one beat says as much as a burst of them.
    this.#dueAt = Math.max(this.#dueAt + this.#everyMs, now);
    this.#wait();
    this.#pauseMs = Math.max(0, this.#delay.max / 1e6 - RESOLUTION_MS);
    this.#delay.reset();
    setTimeout(() => this.#lookAfterReading(), HOLE_MS + 1);
    this.#lookAfterReading();
    const tick: Tick = { n: ++this.#n, at: Date.now(), state: 'open', ms: null };
    void this.#ask({ tick, startedAt: now, abort: new AbortController(), askedLate: lateMs > OURS_MS });
  }

  async #ask(beat: Beat): Promise<void> {
    this.#open.add(beat);
    this.#tell(beat, {});
    try {
      const { signal } = beat.abort;
      const { statusCode, body } = await this.#pool.request({ method: 'GET', path: '/non-blocking', signal });
      await body.dump();
      this.#answered(beat, statusCode === 200);
    } catch {
      this.#open.delete(beat);
      if (beat.abort.signal.aborted) this.#tell(beat, { state: 'none' });
      else this.#failed(beat);
    }
  }

  #answered(beat: Beat, well: boolean): void {
    this.#open.delete(beat);
    if (!well) return void this.#failed(beat);
    this.#heardAt = Date.now();
    this.#failing = false;
    const ms = performance.now() - beat.startedAt;
    const isOurs = ms > OURS_MS && (beat.askedLate || this.#readLate);
    this.#tell(beat, beat.tick.state === 'open' ? { state: isOurs ? 'ours' : 'ok', ms } : { ms });
  }

  /** Answered with an error, or nobody there. */
  #failed(beat: Beat): void {
    this.#failing = true;
    if (beat.tick.state !== 'ours') this.#tell(beat, { state: 'failed', ms: performance.now() - beat.startedAt });
  }

  get #readLate(): boolean {
    return Math.max(this.#pauseMs, this.#delay.max / 1e6 - RESOLUTION_MS) > OURS_MS;
  }

  /** An answer that waits in the socket is no hole. */
  #lookAfterReading(): void {
    setImmediate(() => this.#look());
  }

  #look(): void {
    const now = performance.now();
    const wasSilent = this.#wasSilent;
    this.#wasSilent = this.silentSince !== null;
    for (const beat of this.#open) {
      const ms = now - beat.startedAt;
      if (ms > NONE_MS) beat.abort.abort();
      else if (ms > HOLE_MS && beat.tick.state === 'open')
        this.#tell(beat, { state: beat.askedLate ? 'ours' : 'hole' });
    }
    if (this.#wasSilent && !wasSilent) this.#silent();
  }

  #tell(beat: Beat, change: Partial<Tick>): void {
    Object.assign(beat.tick, change);
    this.#changed.set(beat.tick.n, { ...beat.tick });
    if (this.#changed.size > MAX_KEPT) this.#changed.delete(this.#changed.keys().next().value as number);
  }
}
