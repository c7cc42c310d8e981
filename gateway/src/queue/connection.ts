/** One Redis connection and the BullMQ queue on it, which live through whatever Redis does. */
import { Queue } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { type JOB_NAME, JOB_OPTIONS, type JobData, QUEUE_NAME } from '../contract.ts';
import { ProblemError } from '../errors.ts';
import { Outage } from '../outage.ts';
import { type RedisAddress, redisName } from '../redis-address.ts';
import { CLOSED, causeOf } from './failures.ts';

/** A caller hears within a second that Redis is gone or stuck. */
const COMMAND_TIMEOUT_MS = 900;
/** How long a returning Redis may go unnoticed; so often, too, it is asked whether it can be written to. */
const RETRY_MS = 250;
/** Readiness is told within half a second, whatever Redis does. */
const READY_MS = 400;
/** After so many refusals in a row a connection is made anew: another one may lead to another Redis, or have other rights. */
const REFUSALS = 2;
/** Event stream entries kept (4 a job): some seconds of full load for those who wait for a notification. */
const MAX_EVENTS = 100_000;
/** A write that changes nothing: refused wherever adding a job would be, on a replica, without room, without rights. */
const TRY_TO_WRITE = "return redis.call('ZADD', KEYS[1], 'XX', 0, 'none')";
const NOWHERE = `bull:${QUEUE_NAME}:writable`;

export type TaskQueue = Queue<JobData, unknown, typeof JOB_NAME>;

/** How every connection to Redis is made and made anew. */
const lasting = {
  retryStrategy: () => RETRY_MS,
  connectTimeout: COMMAND_TIMEOUT_MS,
  // A Redis that does not answer does not end a connection, either.
  disconnectTimeout: RETRY_MS,
  // It would wait for as long as a loading Redis thinks it takes; our own question is asked more often.
  enableReadyCheck: false,
  // A lost Redis is an error at once: nothing is kept to be sent later, behind the caller's back.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
} satisfies RedisOptions;

export class QueueConnection {
  readonly client: Redis;
  readonly #logger: Logger;
  readonly #outage: Outage;
  readonly #timer: NodeJS.Timeout;
  readonly #others = new Set<Redis>();
  #queue: TaskQueue | undefined;
  #asking: Promise<string | undefined> | undefined;
  #refusals = 0;

  constructor(address: RedisAddress, logger: Logger) {
    this.#logger = logger;
    this.#outage = new Outage('Redis', redisName(address), logger);
    this.client = new Redis({ ...address, ...lasting, commandTimeout: COMMAND_TIMEOUT_MS });
    this.client.defineCommand('tryToWrite', { numberOfKeys: 1, lua: TRY_TO_WRITE });
    this.client.on('error', (error) => {
      this.#outage.began(causeOf(error));
      // Such as a database that it may not select: what follows would go to another one.
      this.client.disconnect(true);
    });
    this.client.on('ready', () => void this.#ask());
    this.#timer = setInterval(() => void this.#ask(), RETRY_MS).unref();
  }

  /** The queue, if there is a connection. Throws `upstream_down` if not: nothing was handed over. */
  get queue(): TaskQueue {
    if (this.#queue && this.client.status === 'ready') return this.#queue;
    throw new ProblemError('upstream_down', 'Redis cannot be reached');
  }

  /** What keeps a job from being written now, or nothing. */
  async trouble(): Promise<string | undefined> {
    const late = Promise.withResolvers<string>();
    const timer = setTimeout(late.resolve, READY_MS, `Redis does not answer within ${READY_MS} ms`);
    try {
      return await Promise.race([this.#ask(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
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

  /** Another connection to the same Redis, for commands that wait up to `blockMs`. It connects with the first of them. */
  another(blockMs: number): Redis {
    const client = this.client.duplicate({
      commandTimeout: blockMs + COMMAND_TIMEOUT_MS,
      enableOfflineQueue: true,
      lazyConnect: true,
    });
    client.on('error', () => client.disconnect(true));
    client.once('end', () => this.#others.delete(client));
    this.#others.add(client);
    return client;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue?.close();
    this.client.disconnect();
  }

  /** The question that is under way, or another one. */
  #ask(): Promise<string | undefined> {
    this.#asking ??= this.#tryToWrite().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #tryToWrite(): Promise<string | undefined> {
    const { status, stream } = this.client;
    const notConnected = this.#outage.cause?.detail ?? 'Redis is not connected';
    if (status !== 'ready' || !stream.writable) return notConnected;
    try {
      await (this.client as Asked).tryToWrite(NOWHERE);
      await this.#open();
      this.#refusals = 0;
      // What made this connection useless has done so to the others, even if they go on waiting in silence.
      if (this.#outage.cause) for (const other of this.#others) other.disconnect(true);
      this.#outage.ended();
      return undefined;
    } catch (error) {
      const cause = causeOf(error);
      // A connection that was lost says nothing of why: the next one does, or is there already.
      if (cause.name === CLOSED) return notConnected;
      this.#outage.began(cause);
      if (++this.#refusals >= REFUSALS) {
        this.#refusals = 0;
        this.client.disconnect(true);
      }
      return cause.detail;
    }
  }

  /** BullMQ's own start-up fails for good when Redis is absent, so a queue is made when Redis has just answered. */
  async #open(): Promise<void> {
    if (this.#queue) return;
    const queue: TaskQueue = new Queue(QUEUE_NAME, {
      connection: this.client,
      defaultJobOptions: JOB_OPTIONS,
      streams: { events: { maxLen: MAX_EVENTS } },
      // One more question at the start, whose late answer would be the end of it.
      skipVersionCheck: true,
    });
    queue.on('error', (error) => this.#logger.debug({ err: causeOf(error) }, 'queue'));
    await queue.waitUntilReady();
    this.#queue = queue;
  }
}

interface Asked extends Redis {
  tryToWrite(key: string): Promise<number>;
}
