/** Keeps the queue below its bounds. BullMQ has none of its own, and a full Redis cannot even finish jobs. */
import type { Logger } from 'pino';
import { ProblemError } from '../errors.ts';
import type { QueueConnection } from './connection.ts';
import { countJobs } from './counts.ts';
import { Work } from './work.ts';

const SAMPLE_MS = 250;
/** Of `maxmemory`; the room above lets a backlog drain. */
const MEMORY_MARK = 0.75;

/** The settings that name them. */
export interface QueueBounds {
  /** Jobs. */
  readonly MAX_WAITING: number;
  /** Seconds of work. */
  readonly MAX_WAITING_S: number;
}

export class Admission {
  readonly work = new Work();
  readonly #connection: QueueConnection;
  readonly #bounds: QueueBounds;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;
  #acceptedSince = 0;
  #memoryShare = 0;
  #sampling = false;

  constructor(connection: QueueConnection, bounds: QueueBounds, logger: Logger) {
    this.#connection = connection;
    this.#bounds = bounds;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.#sample(), SAMPLE_MS).unref();
    connection.client.on('ready', () => void this.#sample());
  }

  /** Jobs waiting, as far as this process knows: the last sample and what it added since. */
  get waiting(): number {
    return this.#waiting + this.#acceptedSince;
  }

  /** The setting whose bound refuses even the smallest job, or nothing. */
  get full(): string | undefined {
    try {
      this.#checkJobs();
      this.#checkWork(1);
      return undefined;
    } catch (error) {
      return (error as ProblemError).extras.limit;
    }
  }

  /** Why nothing more may be written, though Redis would still take it; or nothing. */
  get noRoom(): string | undefined {
    if (this.#memoryShare < MEMORY_MARK) return undefined;
    return `Redis uses ${Math.floor(this.#memoryShare * 100)} % of its memory`;
  }

  /** Counts one more job of this size, or throws `overloaded` and names the bound. */
  admit(size: number): void {
    this.#checkJobs();
    this.#checkWork(size);
    this.#checkMemory();
    this.#acceptedSince++;
    this.work.add(size);
  }

  /** For a job that was not added after all, or was cancelled: no worker will take it off. */
  takeBack(size: number): void {
    this.work.add(-size);
  }

  #checkJobs(): void {
    const over = this.waiting - this.#bounds.MAX_WAITING;
    if (over < 0) return;
    // As long as so many jobs take on average.
    const retryAfterS = ((over + 1) * this.work.seconds) / this.waiting;
    throw new ProblemError('overloaded', `${this.waiting} jobs are waiting`, { limit: 'MAX_WAITING', retryAfterS });
  }

  /** One job is taken however large it is where it is the only one of its kind, or it would never be. */
  #checkWork(size: number): void {
    const before = this.work.secondsBefore(size);
    const own = this.work.secondsOf(size);
    const over = before + own - this.#bounds.MAX_WAITING_S;
    if (over <= 0 || (this.work.isAlone(size) && before <= this.#bounds.MAX_WAITING_S)) return;
    const detail = `${Math.ceil(before)} s of work are waiting, and this task is about ${Math.ceil(own)} s more`;
    throw new ProblemError('overloaded', detail, { limit: 'MAX_WAITING_S', retryAfterS: Math.min(over, before) });
  }

  #checkMemory(): void {
    const { noRoom } = this;
    if (noRoom === undefined) return;
    const over = this.#memoryShare - MEMORY_MARK;
    // As if jobs alone filled it, in proportion to their work.
    const retryAfterS = (over / this.#memoryShare) * this.work.seconds;
    throw new ProblemError('overloaded', noRoom, { limit: 'maxmemory', retryAfterS });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #sample(): Promise<void> {
    if (this.#sampling || this.#connection.client.status !== 'ready') return;
    this.#sampling = true;
    const before = this.#acceptedSince;
    try {
      const [{ states }, memory] = await Promise.all([
        countJobs(this.#connection),
        this.#connection.client.info('memory'),
        this.work.exchange(this.#connection),
      ]);
      this.#waiting = states.waiting + states.delayed;
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

function infoNumber(info: string, field: string): number {
  return Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}
