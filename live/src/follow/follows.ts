/** Follows one request, or job, at a time: each part of its way on real clocks. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDocument } from '@heavy-lifter/gateway/contract';
import type { RedisAddress } from '@heavy-lifter/gateway/redis-address';
import type { Trace } from '../contract.ts';
import type { Books } from '../lanes/books.ts';
import type { Wish } from '../lanes/messages.ts';
import { ask, now } from './customer.ts';
import { answered } from './direct.ts';
import type { JobEvent } from './events.ts';
import { watchJob } from './job-socket.ts';
import { Parts } from './parts.ts';
import { Queued } from './queued.ts';

const FOLLOW_LIMIT_MS = 900_000;
const BEGIN_LIMIT_MS = 2_000;
/** For the event that tells when Redis had what the gateway has told already. */
const LAST_EVENT_MS = 100;
/** Of other jobs, between the sending of the request and its answer. */
const MAX_BEFORE = 10_000;

interface Settings {
  readonly lane: string;
  readonly url: string;
  readonly redis: RedisAddress | undefined;
  readonly books: Books;
  readonly tell: (trace: Trace) => void;
}

export class Follows {
  readonly #settings: Settings;
  /** Of the request that is followed. */
  #present: AbortController | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Whoever wants to follow another one lets go of this one. */
  async follow({ id, size }: Wish): Promise<void> {
    const { lane, url, redis, books, tell } = this.#settings;
    this.#present?.abort();
    this.#present = new AbortController();
    const { signal } = this.#present;
    const until = AbortSignal.any([signal, AbortSignal.timeout(FOLLOW_LIMIT_MS)]);
    const parts = new Parts();
    let trace: Trace = { id, lane, at: now(), parts: [], state: 'open', says: '' };
    const change = (news: Partial<Trace>) => {
      trace = { ...trace, ...news, parts: parts.all };
      tell(trace);
    };
    const queued = new Queued(parts, change);
    const events = redis && (await this.#listen(redis, queued, until));
    try {
      parts.add('gateway', 1, now());
      change({ at: now() });
      const reply = await ask(url, books, size, signal);
      if (!reply.job) return change(answered(parts, reply));
      const { job } = reply;
      queued.promised(job, reply.sentAt, reply.answeredAt);
      events?.only(job.id);
      change({ says: 'promised' });
      let last = { document: job, heardAt: now() };
      const heard = (document: JobDocument) => {
        last = { document, heardAt: now() };
      };
      if (await watchJob(url, job.id, until, heard)) {
        await sleep(LAST_EVENT_MS);
        return queued.notified(last.document, last.heardAt);
      }
      parts.endAll(now());
      change({ state: 'lost', says: signal.aborted ? 'not followed any more' : 'the gateway does not know this job' });
    } finally {
      events?.close();
    }
  }

  close(): void {
    this.#present?.abort();
  }

  /** Listens before the request is sent; until its id is known, what is heard is kept. */
  async #listen(redis: RedisAddress, queued: Queued, until: AbortSignal) {
    const { JobEvents } = await import('./events.ts');
    const events = new JobEvents(redis);
    const over = new AbortController();
    await Promise.race([events.begin(), sleep(BEGIN_LIMIT_MS, undefined, { ref: false })]).catch(() => {});
    let own: string | undefined;
    let before: JobEvent[] = [];
    const heard = (event: JobEvent) => {
      if (own === undefined) {
        if (before.length < MAX_BEFORE) before.push(event);
      } else if (event.jobId === own) queued.happened(event);
    };
    void events.read(heard, AbortSignal.any([until, over.signal]));
    return {
      only(id: string) {
        own = id;
        for (const event of before) heard(event);
        before = [];
      },
      close() {
        over.abort();
        events.close();
      },
    };
  }
}
