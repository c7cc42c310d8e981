/** One client of the gateway under faults: asks, and says how it ended; repeats what has no known outcome. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Answer, JobDocument, Problem } from '@heavy-lifter/gateway/contract';
import { workload } from '@heavy-lifter/workloads';
import { Pool } from 'undici';
import type { CancelAnswer } from './cancels.ts';
import type { ChaosLedger, End, Entry } from './ledger.ts';

/** Above the gateway's own limit for an answer. */
const ANSWER_LIMIT_MS = 35_000;
const CONNECTIONS = 256;
const REPEAT_EVERY_MS = 200;
/** An outage that lasts longer is no recovery. */
const REPEAT_LIMIT_MS = 60_000;

/** Milliseconds on one monotonic clock. */
export interface Seen {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly end: End;
}

export class Client {
  readonly #pool: Pool;
  readonly #repeats: boolean;
  readonly #open = new Set<Promise<unknown>>();

  /** `repeats`: whether a repetition with the same key is safe, which is so where tasks become jobs. */
  constructor(gatewayUrl: string, repeats: boolean, connections = CONNECTIONS) {
    this.#pool = new Pool(gatewayUrl, {
      connections,
      headersTimeout: ANSWER_LIMIT_MS,
      bodyTimeout: ANSWER_LIMIT_MS,
    });
    this.#repeats = repeats;
  }

  /** Asks once; a repetition, if one is due, goes on by itself until `settled`. Resolves to what the first try saw. */
  ask(ledger: ChaosLedger, entry: Entry, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#track(this.#ask(ledger, entry, headers));
  }

  async #ask(ledger: ChaosLedger, entry: Entry, headers: Record<string, string>): Promise<Seen> {
    const sentAt = performance.now();
    const end = await this.#try(ledger, entry, headers);
    if (end === 'unknown' && this.#repeats) void this.#track(this.#repeat(ledger, entry));
    return { sentAt, endedAt: performance.now(), end };
  }

  /** Asks for a job's end; its answer is filed by `settled`. */
  cancel(ledger: ChaosLedger, jobId: string): void {
    ledger.cancels.answered(jobId, 'unknown');
    const asked = this.#pool
      .request({ method: 'DELETE', path: `/jobs/${jobId}` })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        const answer = CANCEL_ANSWER[statusCode];
        if (answer) ledger.cancels.answered(jobId, answer);
      });
    // Without an answer both outcomes are right.
    void this.#track(asked.catch(() => undefined));
  }

  /** Waits until everything asked has its end, repetitions included. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const tracked = work.finally(() => this.#open.delete(tracked));
    this.#open.add(tracked);
    return tracked;
  }

  async #repeat(ledger: ChaosLedger, entry: Entry): Promise<void> {
    ledger.repeated();
    const deadline = performance.now() + REPEAT_LIMIT_MS;
    do {
      await sleep(REPEAT_EVERY_MS);
      // A refusal of a repetition says nothing of the first try.
    } while ((await this.#try(ledger, entry)) !== 'acknowledged' && performance.now() < deadline);
    if (entry.jobId === undefined) return ledger.end(entry, 'unknown', 'no answer to any repetition');
    // Once more, for the same job: one that is new for each repetition would go unnoticed otherwise.
    await this.#try(ledger, entry);
    ledger.keeps(entry);
  }

  async #try(ledger: ChaosLedger, entry: Entry, headers: Record<string, string> = {}): Promise<End> {
    const { key, task } = entry;
    const path = `/blocking?${workload.queryOf(task)}`;
    try {
      const sent = { ...headers, 'idempotency-key': key, 'x-request-id': key };
      const { statusCode, body } = await this.#pool.request({ method: 'GET', path, headers: sent });
      return file(ledger, entry, statusCode, await body.text());
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      const end = NOT_SENT.has(code) ? 'refused' : 'unknown';
      ledger.end(entry, end, code);
      return end;
    }
  }
}

const CANCEL_ANSWER: Record<number, CancelAnswer> = { 200: 'cancelled', 409: 'too late' };

/** Nobody was there to take the request. */
const NOT_SENT = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT']);

/** Nothing was handed over: these answers are refusals, whatever the reason. */
const NOT_BEGUN = new Set(['overloaded', 'upstream_down']);

function file(ledger: ChaosLedger, entry: Entry, status: number, text: string): End {
  const document = parse(text);
  if (status === 202) {
    const { data } = JobDocument.safeParse(document);
    if (data) {
      ledger.acknowledged(entry, data.id);
      return 'acknowledged';
    }
  }
  if (status === 200) {
    const { data } = Answer.safeParse(document);
    if (data) {
      ledger.answered(entry, data);
      return 'completed';
    }
  }
  const { data: problem } = Problem.safeParse(document);
  const why = problem?.code ?? `status ${status} without a problem document`;
  const end = problem ? endOf(problem.code) : (OF_A_PROXY[status] ?? 'failed');
  ledger.end(entry, end, why);
  return end;
}

function endOf(code: string): End {
  if (NOT_BEGUN.has(code)) return 'refused';
  return code === 'outcome_unknown' ? 'unknown' : 'failed';
}

/** What a proxy before the gateways says itself: that none takes the request, or that it lost the one that did. */
const OF_A_PROXY: Record<number, End> = { 502: 'unknown', 503: 'refused', 504: 'unknown' };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
