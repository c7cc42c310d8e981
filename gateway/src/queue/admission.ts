/** Keeps the queue below its bounds. BullMQ has none of its own, and a full Redis cannot even finish jobs. */
import type { Logger } from 'pino';
import { ProblemError } from '../errors.ts';
import type { QueueConnection, TaskQueue } from './connection.ts';

const SAMPLE_MS = 250;
/** Of `maxmemory`; the room above lets a backlog drain. */
const MEMORY_MARK = 0.75;

export class Admission {
  readonly #connection: QueueConnection;
  readonly #maxWaiting: number;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;
  #acceptedSince = 0;
  #memoryShare = 0;
  #sampling = false;

  constructor(connection: QueueConnection, maxWaiting: number, logger: Logger) {
    this.#connection = connection;
    this.#maxWaiting = maxWaiting;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.#sample(), SAMPLE_MS).unref();
    connection.client.on('ready', () => void this.#sample());
  }

  /** Jobs waiting, as far as this process knows: the last sample and what it added since. */
  get waiting(): number {
    return this.#waiting + this.#acceptedSince;
  }

  /** Counts one more job, or throws `overloaded` and names the bound. */
  admit(): void {
    if (this.waiting >= this.#maxWaiting) {
      throw new ProblemError('overloaded', `${this.waiting} jobs are waiting`, { limit: 'MAX_WAITING' });
    }
    if (this.#memoryShare >= MEMORY_MARK) {
      const percent = Math.floor(this.#memoryShare * 100);
      throw new ProblemError('overloaded', `Redis uses ${percent} % of its memory`, { limit: 'maxmemory' });
    }
    this.#acceptedSince++;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    if (this.#sampling || this.#connection.client.status !== 'ready') return;
    this.#sampling = true;
    const before = this.#acceptedSince;
    try {
      const [counts, memory] = await Promise.all([
        countJobs(this.#connection.queue),
        this.#connection.client.info('memory'),
      ]);
      this.#waiting = (counts.waiting ?? 0) + (counts.delayed ?? 0);
      this.#acceptedSince -= before;
      const limit = infoNumber(memory, 'maxmemory');
      this.#memoryShare = limit > 0 ? infoNumber(memory, 'used_memory') / limit : 0;
    } catch (error) {
      this.#logger.debug({ err: error }, 'no sample of the queue');
    } finally {
      this.#sampling = false;
    }
  }
}

/** Jobs in each state that this project uses, in one round trip. */
export function countJobs(queue: TaskQueue): Promise<Record<string, number>> {
  return queue.getJobCounts('waiting', 'active', 'delayed', 'completed', 'failed');
}

function infoNumber(info: string, field: string): number {
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}
