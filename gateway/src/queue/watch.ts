/** Notifications. Reading every event costs the gateway a fifth of its accepting, so it reads only while someone waits. */
import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import type { Logger } from 'pino';
import { isFinal, type JobDocument, QUEUE_NAME } from '../contract.ts';
import { reconnect } from './connection.ts';

/**
 * The stream is best effort (it is trimmed, and Redis may be away), so this often watched jobs are also looked up, so
 * many at a time: looking must not become all that the gateway does.
 */
const FALLBACK_MS = 2_000;
const MAX_FALLBACKS = 1_000;

const EVENTS = ['waiting', 'active', 'progress', 'delayed', 'completed', 'failed', 'stalled'] as const;

/** What notifications are made of. */
export interface Source {
  readonly url: string;
  /** The job as it is now; throws while Redis is away. */
  get(id: string): Promise<JobDocument | undefined>;
  /** The id of the newest event. */
  newestEvent(): Promise<string>;
}

export class Watcher {
  readonly #source: Source;
  readonly #logger: Logger;
  /** Emits a job's id when something happened to it. */
  readonly #changed = new EventEmitter().setMaxListeners(0);
  #events: Promise<QueueEvents> | undefined;
  #fallback: NodeJS.Timeout | undefined;
  #watchers = 0;
  /** Looks that have not begun, by job. */
  readonly #looks = new Map<string, Promise<JobDocument | null | undefined>>();

  constructor(source: Source, logger: Logger) {
    this.#source = source;
    this.#logger = logger;
  }

  /** The document at once and at every change, until the final one, the job's removal, or the abort. */
  async *watch(id: string, signal: AbortSignal): AsyncGenerator<JobDocument> {
    this.#watchers++;
    try {
      // Reading begins before the first look, so what changes after the look is heard of.
      this.#events ??= this.#open();
      this.#fallback ??= setInterval(() => this.#wakeSome(), FALLBACK_MS);
      await this.#events;
      let last = '';
      while (!signal.aborted) {
        // Listen before looking, or a change between the two is seen only by the fallback.
        const done = new AbortController();
        const change = once(this.#changed, id, { signal: AbortSignal.any([signal, done.signal]) }).catch(
          () => undefined,
        );
        try {
          const document = await this.#lookUp(id);
          if (document === null) return;
          if (document && JSON.stringify(document) !== last) {
            last = JSON.stringify(document);
            done.abort();
            yield document;
            if (isFinal(document.state)) return;
            continue;
          }
          await change;
        } finally {
          done.abort();
        }
      }
    } finally {
      this.#leave();
    }
  }

  async close(): Promise<void> {
    await (await this.#events)?.close();
  }

  /** Names are kept in the order of listening, so those looked up longest ago come first. `once` listens to errors, too. */
  #wakeSome(): void {
    const ids = this.#changed.eventNames().filter((name) => name !== 'error');
    for (const id of ids.slice(0, MAX_FALLBACKS)) this.#changed.emit(id);
  }

  /**
   * Null for a job that does not exist, undefined while Redis is away. Who asks in one turn of the event loop, as all
   * watchers of a job do at its events, shares one look; it begins after the turn, when all of them listen already.
   */
  #lookUp(id: string): Promise<JobDocument | null | undefined> {
    const shared = this.#looks.get(id);
    if (shared) return shared;
    const look = this.#lookAfterTurn(id);
    this.#looks.set(id, look);
    return look;
  }

  async #lookAfterTurn(id: string): Promise<JobDocument | null | undefined> {
    await nextTurn();
    this.#looks.delete(id);
    try {
      return (await this.#source.get(id)) ?? null;
    } catch (error) {
      this.#logger.debug({ err: error }, 'a watched job could not be looked up');
      return undefined;
    }
  }

  /** Reads on from the newest event there is now: what happens while the connection is made is not missed. */
  async #open(): Promise<QueueEvents> {
    const lastEventId = await this.#source.newestEvent().catch(() => '$');
    const { hostname: host, port, username, password } = new URL(this.#source.url);
    const events = new QueueEvents(QUEUE_NAME, {
      lastEventId,
      connection: { ...reconnect, host, port: Number(port || 6379), username, password: decodeURIComponent(password) },
    });
    events.on('error', (error) => this.#logger.debug({ err: error }, 'queue events'));
    for (const event of EVENTS) events.on(event, ({ jobId }: { jobId: string }) => this.#changed.emit(jobId));
    return events;
  }

  #leave(): void {
    if (--this.#watchers > 0) return;
    clearInterval(this.#fallback);
    this.#fallback = undefined;
    const events = this.#events;
    this.#events = undefined;
    events
      ?.then((opened) => opened.close())
      .catch((error) => this.#logger.debug({ err: error }, 'closing queue events'));
  }
}
