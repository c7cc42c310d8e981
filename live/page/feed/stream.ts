/** The server's stream of events: reconnects by itself, rests while nobody looks, and says when it is not heard. */
import { EventSource } from 'eventsource';
import { type Events, FROM_SERVER, type Link, type PageEvent } from '../model/events.ts';
import type { Model } from '../model/model.ts';
import { authorization } from './token.ts';

/** After an answer that is no stream, e.g. while the server starts. Broken connections are repaired by EventSource. */
const RETRY_MS = 1_000;
/** Snapshots come four times a second. */
const SILENT_MS = 2_500;

export class Stream {
  readonly #token: string;
  readonly #model: Model;
  readonly #take: (event: PageEvent) => void;
  #source: EventSource | null = null;
  #link: Link['state'] = 'opening';
  #heardAt = Date.now();

  constructor(token: string, model: Model, take: (event: PageEvent) => void) {
    this.#token = token;
    this.#model = model;
    this.#take = take;
  }

  open() {
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#rest() : this.#connect()));
    if (!document.hidden) this.#connect();
    setInterval(() => this.#watch(), 500);
  }

  #connect() {
    this.#source?.close();
    const authorized: typeof fetch = (url, init) =>
      fetch(url, { ...init, headers: { ...init?.headers, ...authorization(this.#token, this.#model) } });
    const source = new EventSource(new URL('events', location.href), { fetch: authorized as never });
    this.#source = source;
    this.#heardAt = Date.now();
    for (const name of FROM_SERVER) source.addEventListener(name, (event) => this.#heard(name, event.data));
    source.addEventListener('error', ({ code }) => this.#failed(source, code));
  }

  #heard(name: (typeof FROM_SERVER)[number], data: string) {
    this.#heardAt = Date.now();
    this.#say('live');
    this.#take({ name, at: this.#heardAt, data: JSON.parse(data) as Events[typeof name] } as PageEvent);
  }

  #failed(source: EventSource, code: number | undefined) {
    if (code === 401 || code === 403) {
      source.close();
      return this.#say('refused');
    }
    this.#say('lost');
    if (source.readyState !== source.CLOSED) return;
    setTimeout(() => {
      if (this.#source === source && !document.hidden) this.#connect();
    }, RETRY_MS);
  }

  #rest() {
    this.#source?.close();
    this.#source = null;
    this.#say('hidden');
  }

  /** A connection that is open and says nothing is as good as none. */
  #watch() {
    if (this.#source && this.#link === 'live' && Date.now() - this.#heardAt > SILENT_MS) {
      this.#say('lost');
      this.#connect();
    }
  }

  #say(state: Link['state']) {
    if (state === this.#link) return;
    this.#link = state;
    const now = Date.now();
    this.#take({ name: 'link', at: now, data: { state, since: state === 'lost' ? this.#heardAt : now } });
  }
}
