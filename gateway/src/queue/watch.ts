/** Notifications. Reading every event costs the gateway a fifth of its accepting, so it reads only while someone waits. */
import type { Logger } from 'pino';
import { isFinal, type JobDocument } from '../contract.ts';
import type { JobNews } from '../mode.ts';
import { causeOf } from './failures.ts';

/**
 * The stream is best effort (it is trimmed, and Redis may be away), so this often watched jobs are also looked up, so
 * many at a time: looking must not become all that the gateway does.
 */
const FALLBACK_MS = 2_000;
const MAX_FALLBACKS = 1_000;
/** How long events are read after the last who waited: one who waits for a second need not open the connection anew. */
export const LINGER_MS = 5_000;

/** What notifications are made of. */
export interface Source {
  /** The job as it is now; throws while Redis is away. */
  get(id: string): Promise<JobDocument | undefined>;
  /** Begins to read which jobs something happens to; `missed` is called after a time without. */
  open(changed: (jobId: string) => void, missed: () => void): Events;
}

export interface Events {
  /** Resolves when what happens from then on is heard of. */
  readonly begun: Promise<void>;
  close(): void;
}

export class Watcher {
  readonly #source: Source;
  readonly #logger: Logger;
  /** Those looked up longest ago come first. */
  readonly #jobs = new Map<string, WatchedJob>();
  #events: Events | undefined;
  #linger: NodeJS.Timeout | undefined;
  #fallback: NodeJS.Timeout | undefined;

  constructor(source: Source, logger: Logger) {
    this.#source = source;
    this.#logger = logger;
  }

  /** The document at once and at every change, until the final one, the job's removal, or the abort. */
  async *watch(id: string, signal: AbortSignal): AsyncGenerator<JobNews> {
    const job = this.#job(id);
    const sleeper = new Sleeper();
    job.sleepers.add(sleeper);
    signal.addEventListener('abort', sleeper.wake);
    try {
      // Reading begins before the first look, so what changes after the look is heard of.
      clearTimeout(this.#linger);
      this.#events ??= this.#source.open(
        (jobId) => void this.#changed(jobId),
        () => this.#lookAtSome(),
      );
      this.#fallback ??= setInterval(() => this.#lookAtSome(), FALLBACK_MS);
      await this.#events.begun;
      await this.#look(id, job);
      let last: JobNews | undefined;
      while (!signal.aborted) {
        const { news } = job;
        if (news === null) return;
        if (news === undefined || news === last) {
          await sleeper.sleep();
        } else {
          last = news;
          yield news;
          if (isFinal(news.document.state)) return;
        }
      }
    } finally {
      signal.removeEventListener('abort', sleeper.wake);
      job.sleepers.delete(sleeper);
      this.#forget(id, job);
    }
  }

  close(): void {
    clearTimeout(this.#linger);
    this.#events?.close();
    this.#events = undefined;
  }

  #job(id: string): WatchedJob {
    const job = this.#jobs.get(id) ?? new WatchedJob();
    this.#jobs.set(id, job);
    return job;
  }

  #lookAtSome(): void {
    for (const [id, job] of [...this.#jobs].slice(0, MAX_FALLBACKS)) void this.#look(id, job);
  }

  /** One look for all who watch the job, and one text; what happens during a look makes another one necessary. */
  async #changed(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job) return;
    job.outdated = job.look !== undefined;
    await this.#look(id, job);
  }

  /** The look that is under way, or another one. */
  #look(id: string, job: WatchedJob): Promise<void> {
    job.look ??= this.#lookUp(id, job);
    return job.look;
  }

  async #lookUp(id: string, job: WatchedJob): Promise<void> {
    try {
      do {
        job.outdated = false;
        this.#toTheEnd(id, job);
        job.tell((await this.#source.get(id)) ?? null);
      } while (job.outdated);
    } catch (error) {
      this.#logger.debug({ err: causeOf(error) }, 'a watched job could not be looked up');
    } finally {
      // In one step with the last question: nothing can happen in between.
      job.look = undefined;
    }
  }

  #toTheEnd(id: string, job: WatchedJob): void {
    if (this.#jobs.get(id) !== job) return;
    this.#jobs.delete(id);
    this.#jobs.set(id, job);
  }

  #forget(id: string, job: WatchedJob): void {
    if (job.sleepers.size > 0) return;
    if (this.#jobs.get(id) === job) this.#jobs.delete(id);
    if (this.#jobs.size > 0) return;
    clearInterval(this.#fallback);
    this.#fallback = undefined;
    clearTimeout(this.#linger);
    this.#linger = setTimeout(() => this.close(), LINGER_MS).unref();
  }
}

/** A job that somebody watches: what is known of it, and who waits for more. */
class WatchedJob {
  readonly sleepers = new Set<Sleeper>();
  look: Promise<void> | undefined;
  /** Something happened after the look began. */
  outdated = false;
  /** Undefined before the first look, null for a job that does not exist. */
  news: JobNews | null | undefined;

  tell(document: JobDocument | null): void {
    const json = JSON.stringify(document);
    if (this.news !== undefined && json === (this.news?.json ?? 'null')) return;
    this.news = document && { document, json };
    for (const sleeper of this.sleepers) sleeper.wake();
  }
}

/** One watcher's wait, which ends at whatever comes first. */
class Sleeper {
  #wake: (() => void) | undefined;

  sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  readonly wake = () => this.#wake?.();
}
