/** Single requests that visitors ask for, follow and call off: which lane has each, and which page hears of it. */
import { randomUUID } from 'node:crypto';
import { type Asked, type Command, MAX_TASK_MS_DIRECT, TASK_MS, type Trace } from '../contract.ts';
import type { Pages } from '../http/pages.ts';
import type { Kernel } from '../lanes/kernel.ts';
import type { News } from '../lanes/messages.ts';
import type { RemoteLane } from '../lanes/remote.ts';

/** Enough to see a queue at work: in others it would be the wait of everybody behind it. */
const LONGEST_MS = Math.max(...TASK_MS);
const MAX_OPEN = 200;

export type ErrandCommand = Extract<Command, { do: 'ask' | 'follow' | 'cancel' }>;
type ErrandNews = Extract<News, { asked: Asked } | { trace: Trace } | { refused: object }>;

interface Errand {
  readonly lane: RemoteLane;
  readonly page: string | null;
}

export class Errands {
  readonly #lanes: readonly RemoteLane[];
  readonly #kernel: Kernel;
  readonly #pages: Pages;
  readonly #open = new Map<string, Errand>();

  constructor(lanes: readonly RemoteLane[], kernel: Kernel, pages: Pages) {
    this.#lanes = lanes;
    this.#kernel = kernel;
    this.#pages = pages;
  }

  /** `taskMs`: what the load asks for at present. Resolves to why it was not begun, if so. */
  async take(command: ErrandCommand, taskMs: number, page: string | null): Promise<string | undefined> {
    if (command.do === 'cancel') {
      const errand = this.#open.get(command.id);
      errand?.lane.tell({ do: 'cancel', id: command.id });
      return errand ? undefined : 'there is nothing to call off: it has ended';
    }
    const lane = this.#lanes.find((one) => one.lane === command.lane);
    if (!lane || this.#open.size >= MAX_OPEN) return `${MAX_OPEN} requests are open already`;
    const isQueue = lane.lane === 'queue';
    const ms = isQueue ? (command.do === 'ask' ? LONGEST_MS : taskMs) : Math.min(taskMs, MAX_TASK_MS_DIRECT);
    const id = randomUUID();
    this.#open.set(id, { lane, page });
    lane.tell({ do: command.do, wish: { id, size: await this.#kernel.size(ms) } });
    return undefined;
  }

  heard(news: ErrandNews): void {
    if ('asked' in news) {
      const { id, state } = news.asked;
      this.#pages.tell('asked', news.asked, this.#open.get(id)?.page ?? null);
      if (state === 'done' || state === 'cancelled' || state === 'failed') this.#open.delete(id);
    } else if ('trace' in news) {
      const { id, state } = news.trace;
      this.#pages.tell('trace', news.trace, this.#open.get(id)?.page ?? null);
      if (state !== 'open') this.#open.delete(id);
    } else {
      const says = `it is not called off: ${news.refused.why}`;
      this.#pages.tell('said', { at: Date.now(), says, problem: true }, this.#open.get(news.refused.id)?.page ?? null);
    }
  }
}
