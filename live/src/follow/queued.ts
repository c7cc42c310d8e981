/** One job from its promise to the notification, attempts and all: Redis's clock for its moves, ours for what we hear. */

import type { JobDocument } from '@heavy-lifter/gateway/contract';
import { workload } from '@heavy-lifter/workloads';
import type { Trace } from '../contract.ts';
import type { JobEvent } from './events.ts';
import type { Parts } from './parts.ts';

export class Queued {
  readonly #parts: Parts;
  readonly #tell: (change: Partial<Trace>) => void;
  #attempt = 1;
  #storedAt: number | undefined;
  #over = false;

  constructor(parts: Parts, tell: (change: Partial<Trace>) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  /** `sentAt`, `answeredAt`: of the request; the rest is as the gateway says. */
  promised({ createdAt }: JobDocument, sentAt: number, answeredAt: number): void {
    const takenAt = Math.min(answeredAt, Math.max(sentAt, Date.parse(createdAt)));
    this.#parts.end('gateway', takenAt);
    this.#parts.add('handed over', 1, takenAt);
    this.#parts.add('answered', 1, takenAt, answeredAt);
  }

  happened({ at, event }: JobEvent): void {
    const parts = this.#parts;
    if (event === 'waiting' || event === 'added') {
      parts.end('handed over', at);
      if (this.#goesOn('computing')) this.#again(at, 'its worker was lost: it waits for another attempt');
      else if (!this.#goesOn('waiting')) parts.add('waiting', this.#attempt, at);
    } else if (event === 'active') {
      parts.end('handed over', at);
      parts.end('waiting', at);
      if (!this.#goesOn('computing')) parts.add('computing', this.#attempt, at);
    } else if (event === 'delayed') this.#again(at, 'its attempt failed: it waits for another');
    else if (event === 'completed' || event === 'failed') {
      this.#storedAt = at;
      if (!this.#over) parts.end('computing', at);
    } else return;
    this.#tell({});
  }

  /** Hears of the last document that the gateway sent; `heardAt` by our clock. */
  notified({ state, finishedAt, attempts, result, failure }: JobDocument, heardAt: number): void {
    if (this.#over || (state !== 'completed' && state !== 'failed')) return;
    this.#over = true;
    const parts = this.#parts;
    const finished = finishedAt === null ? heardAt : Date.parse(finishedAt);
    const storedAt = Math.max(finished, this.#storedAt ?? finished);
    parts.end('waiting', finished);
    parts.end('computing', finished);
    parts.add('stored', this.#attempt, finished, Math.min(storedAt, heardAt));
    parts.add('notified', this.#attempt, Math.min(storedAt, heardAt), heardAt);
    parts.endAll(heardAt);
    const tries = attempts > 1 ? `, after ${attempts} attempts` : '';
    const says = result ? `${workload.describe(result)}${tries}` : `${failure?.code}: ${failure?.detail}`;
    this.#tell({ state: state === 'completed' ? 'done' : 'failed', says });
  }

  #again(at: number, says: string): void {
    this.#parts.end('computing', at);
    this.#attempt++;
    this.#parts.add('waiting', this.#attempt, at);
    this.#tell({ says });
  }

  #goesOn(what: 'computing' | 'waiting'): boolean {
    return this.#parts.all.some((part) => part.what === what && part.to === null);
  }
}
