/** One request of the lane's own account, outside its load: what a visitor asks for, or follows. */
import { Answer, JobDocument } from '@heavy-lifter/gateway/contract';
import type { Outcome } from '@heavy-lifter/loadgen/account/ledger';
import { workload } from '@heavy-lifter/workloads';
import { request } from 'undici';
import type { Books } from '../lanes/books.ts';
import type { Size } from '../lanes/kernel.ts';

/** Above the gateway's own limit for an answer. */
const ANSWER_LIMIT_MS = 35_000;

export interface Reply {
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly answeredAt: number;
  /** Null: there was no answer. */
  readonly status: number | null;
  readonly outcome: Outcome | 'none';
  /** Of a 202. */
  readonly job: JobDocument | undefined;
  readonly serverTiming: string | undefined;
  /** For people: the problem, or why there was no answer. */
  readonly says: string;
}

/** Milliseconds since the epoch, finer than Date.now(). */
export const now = (): number => performance.timeOrigin + performance.now();

/** Asks, files the answer, and never throws. */
export async function ask(url: string, books: Books, size: Size, signal: AbortSignal): Promise<Reply> {
  const entry = books.ask(size);
  const sentAt = now();
  try {
    const reply = await request(`${url}/blocking?${workload.queryOf(entry.task)}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]),
      headersTimeout: ANSWER_LIMIT_MS,
    });
    const text = await reply.body.text();
    const answeredAt = now();
    const outcome = books.answered(entry, reply.statusCode, text);
    const document = parsed(text);
    const timing = reply.headers['server-timing'];
    return {
      sentAt,
      answeredAt,
      status: reply.statusCode,
      outcome,
      job: reply.statusCode === 202 ? JobDocument.safeParse(document).data : undefined,
      serverTiming: typeof timing === 'string' ? timing : undefined,
      says: saying(document),
    };
  } catch (error) {
    const says = signal.aborted ? 'called off' : ((error as NodeJS.ErrnoException).code ?? String(error));
    books.lost(entry, signal.aborted ? 'user left' : says);
    return { sentAt, answeredAt: now(), status: null, outcome: 'none', job: undefined, serverTiming: undefined, says };
  }
}

function saying(document: unknown): string {
  const { code, detail } = (document ?? {}) as Record<string, unknown>;
  if (typeof code === 'string') return `${code}: ${detail}`.slice(0, 300);
  const { data: answer } = Answer.safeParse(document);
  return answer ? `${workload.describe(answer)}, computed by ${answer.kernel}` : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
