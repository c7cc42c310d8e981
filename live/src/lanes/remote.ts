/** A lane as the server has it: what its thread is told, and what it said last. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Lane, Tick } from '../contract.ts';
import type { FromLane, LaneSettings, News, Report, ToLane } from './messages.ts';

/** A thread that has said nothing for so long is not known any more: its figures are none of now. */
const STALE_MS = 1_500;
const END_LIMIT_MS = 3_000;
/** What answers leave behind; V8 itself would take several times as much for each of some threads. */
const YOUNG_MB = 8;
/** Kept for a snapshot that is not made. */
const MAX_TICKS = 400;
const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));

export type Figures = Omit<Lane, 'lane' | 'services'>;

export class RemoteLane {
  readonly lane: string;
  readonly url: string;
  readonly #worker: Worker;
  #report: Report | undefined;
  #reportedAt = 0;
  #asked: PromiseWithResolvers<void> | undefined;
  #ticks = new Map<number, Tick>();

  /** `heard` is told everything but reports; `failed` the error of which the thread died, which is a defect. */
  constructor(settings: LaneSettings, heard: (news: News) => void, failed: (error: Error) => void) {
    this.lane = settings.lane;
    this.url = settings.url;
    this.#worker = new Worker(new URL(`./thread${extension}`, import.meta.url), {
      workerData: settings,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker.on('message', (message: FromLane) => {
      if (typeof message === 'object' && 'report' in message) this.#reported(message.report);
      else heard(message);
    });
    this.#worker.on('error', failed);
  }

  tell(message: ToLane): void {
    this.#worker.postMessage(message);
  }

  /** Resolves when the thread has said how things are: at once, unless it is busy. */
  report(): Promise<void> {
    this.#asked ??= Promise.withResolvers();
    this.tell({ do: 'report' });
    return this.#asked.promise;
  }

  /** Of the thread's event loop; 0 while it is not known. */
  get busy(): number {
    return this.#report?.busy ?? 0;
  }

  /** For a snapshot; the ticks in it are not given again. */
  take(): Figures | undefined {
    if (!this.#report) return undefined;
    const { busy: _, ...figures } = this.#report;
    const ticks = [...this.#ticks.values()];
    this.#ticks = new Map();
    if (Date.now() - this.#reportedAt < STALE_MS) return { ...figures, ticks };
    const backlog = { tasks: null, goneInS: null };
    const recent = { count: 0, p50: null, p99: null };
    return { ...figures, ticks, backlog, recent, promisedPerS: null, donePerS: null };
  }

  /** Ends the load and the thread, whatever its gateway does. */
  async close(): Promise<void> {
    const ended = once(this.#worker, 'exit');
    this.tell({ do: 'end' });
    const limit = setTimeout(() => void this.#worker.terminate(), END_LIMIT_MS);
    await ended;
    clearTimeout(limit);
  }

  #reported(report: Report): void {
    for (const tick of report.ticks) this.#ticks.set(tick.n, tick);
    for (const n of this.#ticks.keys()) {
      if (this.#ticks.size <= MAX_TICKS) break;
      this.#ticks.delete(n);
    }
    this.#report = report;
    this.#reportedAt = Date.now();
    this.#asked?.resolve();
    this.#asked = undefined;
  }
}
