/** What visitors ask for with a button: the wait, or the promise, its progress and its end; and calling it off. */

import type { JobDocument } from '@heavy-lifter/gateway/contract';
import { workload } from '@heavy-lifter/workloads';
import { request } from 'undici';
import type { Asked } from '../contract.ts';
import type { Books } from '../lanes/books.ts';
import type { Wish } from '../lanes/messages.ts';
import { ask, now } from './customer.ts';
import { watchJob } from './job-socket.ts';

/** Asked and not ended, in a lane. */
const MAX_OPEN = 20;
/** Longer than any task, its attempts and a backlog in front of it may take. */
const WATCH_LIMIT_MS = 900_000;
const CANCEL_LIMIT_MS = 5_000;

interface Parts {
  readonly lane: string;
  readonly url: string;
  readonly books: Books;
  readonly tell: (asked: Asked) => void;
}

interface Open {
  readonly leave: AbortController;
  jobId: string | undefined;
}

export class Asks {
  readonly #parts: Parts;
  readonly #open = new Map<string, Open>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async ask({ id, size }: Wish): Promise<void> {
    const { lane, url, books } = this.#parts;
    let asked: Asked = {
      id,
      lane,
      at: Math.round(now()),
      state: 'waiting',
      status: null,
      progress: null,
      attempts: null,
      jobId: null,
      ms: null,
      says: '',
    };
    const tell = (change: Partial<Asked>) => {
      asked = { ...asked, ...change };
      this.#parts.tell(asked);
    };
    if (this.#open.size >= MAX_OPEN) return tell({ state: 'failed', says: `${MAX_OPEN} requests are open already` });
    const open: Open = { leave: new AbortController(), jobId: undefined };
    this.#open.set(id, open);
    tell({});
    try {
      const { signal } = open.leave;
      const reply = await ask(url, books, size, signal);
      const { status, says, job } = reply;
      const ms = () => now() - reply.sentAt;
      if (job) {
        open.jobId = job.id;
        tell({
          state: 'promised',
          status,
          jobId: job.id,
          progress: 0,
          attempts: 0,
          ms: ms(),
          says: 'it is being made',
        });
        const until = AbortSignal.any([signal, AbortSignal.timeout(WATCH_LIMIT_MS)]);
        const ended = await watchJob(url, job.id, until, (document) => tell({ ...shown(document), ms: ms() }));
        if (!ended) tell({ state: 'failed', says: 'the gateway does not know this job' });
      } else {
        const state = reply.outcome === 'ok' ? 'done' : signal.aborted ? 'cancelled' : 'failed';
        tell({ state, status, says, ms: reply.answeredAt - reply.sentAt });
      }
    } finally {
      this.#open.delete(id);
    }
  }

  /** Resolves to why not, if it cannot be. What has no job yet is given up by its caller. */
  async cancel(id: string): Promise<string | undefined> {
    const open = this.#open.get(id);
    if (!open) return 'it has ended, or was never asked for';
    if (open.jobId === undefined) {
      open.leave.abort();
      return undefined;
    }
    try {
      const signal = AbortSignal.timeout(CANCEL_LIMIT_MS);
      const reply = await request(`${this.#parts.url}/jobs/${open.jobId}`, { method: 'DELETE', signal });
      const document = (await reply.body.json()) as { code?: string; detail?: string };
      return reply.statusCode === 200 ? undefined : `${document.code}: ${document.detail}`;
    } catch (error) {
      return `no answer: ${(error as Error).message}`;
    }
  }

  close(): void {
    for (const { leave } of this.#open.values()) leave.abort();
  }
}

function shown({ state, progress, attempts, failure, result }: JobDocument): Partial<Asked> {
  const done = progress.total > 0 ? progress.done / progress.total : 0;
  const words = {
    waiting: attempts > 0 ? 'it waits for another attempt' : 'it waits for a worker',
    delayed: 'it waits for another attempt',
    active: attempts > 1 ? `attempt ${attempts}` : 'a worker has it',
    completed: result ? `${workload.describe(result)}, computed by ${result.kernel}` : '',
    failed: failure ? `${failure.code}: ${failure.detail}` : '',
  };
  const states = {
    waiting: 'promised',
    delayed: 'promised',
    active: 'working',
    completed: 'done',
    failed: failure?.code === 'cancelled' ? 'cancelled' : 'failed',
  } as const;
  return { state: states[state], progress: done, attempts, says: words[state] };
}
