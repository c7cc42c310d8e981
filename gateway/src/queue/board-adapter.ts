import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Job } from 'bullmq';
import type { TaskQueue } from './connection.ts';

/**
 * Jobs a call. Redis does nothing else meanwhile, and what Bull Board asks for at once would silence it for seconds: no
 * lock could be renewed.
 */
const BATCH = 500;
/** Jobs a page at most, whatever its address says. */
const MAX_PAGE = 1_000;

/** What Bull Board does with all jobs of a kind, in batches between which others have their turn. */
export class BatchingAdapter extends BullMQAdapter {
  readonly #queue: TaskQueue;

  constructor(queue: TaskQueue) {
    super(queue);
    this.#queue = queue;
  }

  override async empty(): Promise<void> {
    await this.#remove('wait', Date.now());
    await this.#remove('prioritized', Date.now());
  }

  override clean(state: Parameters<BullMQAdapter['clean']>[0], graceMs: number): Promise<void> {
    return this.#remove(state, Date.now() - graceMs);
  }

  override obliterate({ force = false } = {}): Promise<void> {
    return this.#queue.obliterate({ force, count: BATCH });
  }

  override promoteAll(): Promise<void> {
    return this.#queue.promoteJobs({ count: BATCH });
  }

  override getJobs(states: Parameters<BullMQAdapter['getJobs']>[0], start = 0, end = -1): Promise<Job[]> {
    const last = start + MAX_PAGE - 1;
    return super.getJobs(states, start, end < 0 ? last : Math.min(end, last));
  }

  /** Jobs that come later stay, or it would not end where many come. */
  async #remove(state: Parameters<TaskQueue['clean']>[2], before: number): Promise<void> {
    for (let removed = 1; removed > 0; ) {
      removed = (await this.#queue.clean(Date.now() - before, BATCH, state)).length;
    }
  }
}
