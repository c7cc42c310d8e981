/** One Redis connection and the BullMQ queue on it, which live through Redis being absent. */
import { Queue } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { type JOB_NAME, JOB_OPTIONS, type JobData, QUEUE_NAME } from '../contract.ts';
import { ProblemError } from '../errors.ts';

/** A caller hears within a second that Redis is gone or stuck. */
const COMMAND_TIMEOUT_MS = 900;
/** How long a returning Redis may go unnoticed. */
const RECONNECT_MS = 250;
/** Event stream entries kept (4 a job): some seconds of full load for those who wait for a notification. */
const MAX_EVENTS = 100_000;

export type TaskQueue = Queue<JobData, unknown, typeof JOB_NAME>;

/** How every connection to Redis reconnects, for those that need one of their own. */
export const reconnect = {
  retryStrategy: () => RECONNECT_MS,
  connectTimeout: COMMAND_TIMEOUT_MS,
} satisfies RedisOptions;

export class QueueConnection {
  readonly client: Redis;
  readonly #logger: Logger;
  #queue: TaskQueue | undefined;
  #opening = false;

  constructor(url: string, logger: Logger) {
    this.#logger = logger;
    this.client = new Redis(url, {
      ...reconnect,
      commandTimeout: COMMAND_TIMEOUT_MS,
      // A lost Redis is an error at once: nothing is kept to be sent later, behind the caller's back.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
    });
    this.client.on('error', (error) => logger.debug({ err: error }, 'redis connection'));
    this.client.on('close', () => logger.warn('redis connection lost'));
    this.client.on('ready', () => void this.#open());
  }

  /** The queue, if Redis answers. Throws `upstream_down` if not: nothing was handed over. */
  get queue(): TaskQueue {
    if (this.#queue && this.client.status === 'ready') return this.#queue;
    throw new ProblemError('upstream_down', 'Redis cannot be reached');
  }

  /**
   * Sends the commands of this turn of the event loop in one write. Under load a turn accepts many jobs, and a write
   * for each would cost both ends more than the job does; an ioredis pipeline has to be built, which costs more again.
   */
  batchWrites(): void {
    const { stream } = this.client;
    if (stream.writableCorked > 0) return;
    stream.cork();
    setImmediate(() => stream.uncork());
  }

  /** The id of the newest entry of the queue's event stream. */
  async newestEvent(): Promise<string> {
    const [newest] = await this.client.xrevrange(this.queue.toKey('events'), '+', '-', 'COUNT', 1);
    return newest?.[0] ?? '0-0';
  }

  async close(): Promise<void> {
    await this.#queue?.close();
    this.client.disconnect();
  }

  /** BullMQ's own start-up fails for good when Redis is absent, so a queue is made when there is a Redis to talk to. */
  async #open(): Promise<void> {
    this.#logger.info('redis connected');
    if (this.#queue || this.#opening) return;
    this.#opening = true;
    const queue: TaskQueue = new Queue(QUEUE_NAME, {
      connection: this.client,
      defaultJobOptions: JOB_OPTIONS,
      streams: { events: { maxLen: MAX_EVENTS } },
    });
    queue.on('error', (error) => this.#logger.debug({ err: error }, 'queue'));
    try {
      await queue.waitUntilReady();
      this.#queue = queue;
    } catch (error) {
      this.#logger.warn({ err: error }, 'the queue did not open; the next connection tries again');
    } finally {
      this.#opening = false;
    }
  }
}

/**
 * What a failed command means for the caller. Before it was written nothing happened; after that nobody knows.
 * ioredis names the first case only by its message.
 */
export function asRedisProblem(error: unknown): unknown {
  if (error instanceof ProblemError || !(error instanceof Error)) return error;
  if (error.message.includes("Stream isn't writeable")) {
    return new ProblemError('upstream_down', 'Redis cannot be reached', { cause: error });
  }
  if (error.message.startsWith('OOM ')) {
    return new ProblemError('overloaded', 'Redis is full', { limit: 'maxmemory', cause: error });
  }
  if (/^LOADING |^READONLY |^MISCONF /.test(error.message)) {
    return new ProblemError('upstream_down', 'Redis does not take writes now', { cause: error });
  }
  if (/Connection is closed|Command timed out|max retries per request|ECONNRESET|EPIPE/.test(error.message)) {
    const detail = 'the connection to Redis was lost before its reply; retry with the same Idempotency-Key';
    return new ProblemError('outcome_unknown', detail, { cause: error });
  }
  return error;
}
