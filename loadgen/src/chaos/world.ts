/** What a cell goes on in: a steady load, what it sees, and what the queue holds meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_OPTIONS } from '@heavy-lifter/gateway/contract';
import type { Task } from '@heavy-lifter/workloads';
import { Backlog } from '../account/backlog.ts';
import { redisOf } from '../bench/config.ts';
import { DockerEngine } from '../engine/docker.ts';
import type { Engine } from '../engine/engine.ts';
import { LocalEngine } from '../engine/local.ts';
import { pace } from '../load/pacer.ts';
import type { Telemetry } from '../watch/telemetry.ts';
import { Client, type Seen } from './client.ts';
import type { ChaosConfig } from './config.ts';
import { ChaosLedger } from './ledger.ts';
import { served } from './recovery.ts';

const SAMPLE_MS = 50;
/** A worker sets the time of a completion before it tells Redis. */
const SETTLE_MS = 100;
const MAX_IN_FLIGHT = 2_000;
/** Of so many promises one is called off at once: while its job waits, is computed or has ended, as it happens. */
const CANCEL_EVERY = 10;
/** Completed jobs that may wait for being looked up: a quarter of what Redis keeps. */
const MAX_UNREAD = JOB_OPTIONS.removeOnComplete.count / 4;
/** What the mode bears easily on one core, thread starts included. */
const RATE: Record<string, number> = { unpooled: 10 };
const USUAL_RATE = 100;

export class World {
  readonly config: ChaosConfig;
  readonly telemetry: Telemetry;
  readonly engine: Engine;
  readonly client: Client;
  readonly backlog: Backlog | undefined;
  readonly rate: number;
  /** First ends of the steady load's requests since the last `forget`. */
  seen: Seen[] = [];
  /** When jobs were completed since the last `forget`, in order. Empty in modes without a queue. */
  completions: number[] = [];
  /** Jobs accepted and not completed; undefined while Redis is away or in modes without a queue. */
  waiting: number | undefined;
  readonly #stop = new AbortController();
  readonly #ledgers: ChaosLedger[] = [];
  readonly #openedAt = Date.now();
  #current: ChaosLedger | undefined;
  #running: Promise<unknown> = Promise.resolve();

  private constructor(config: ChaosConfig, telemetry: Telemetry, backlog: Backlog | undefined) {
    this.config = config;
    this.telemetry = telemetry;
    this.backlog = backlog;
    this.engine = config.RUNTIME === 'docker' ? new DockerEngine(config) : new LocalEngine(config);
    this.client = new Client(config.GATEWAY_URL, backlog !== undefined);
    this.rate = config.RATE ?? RATE[config.MODE] ?? USUAL_RATE;
  }

  static async open(config: ChaosConfig, telemetry: Telemetry): Promise<World> {
    const redis = redisOf(config);
    const backlog = config.MODE === 'queue' && redis ? await Backlog.open(redis) : undefined;
    return new World(config, telemetry, backlog);
  }

  /** A ledger whose jobs are looked up with the others. */
  ledger(task: Task, prefix: string): ChaosLedger {
    const ledger = new ChaosLedger(task, prefix);
    this.#ledgers.push(ledger);
    return ledger;
  }

  get ledgers(): readonly ChaosLedger[] {
    return this.#ledgers;
  }

  /** Where the steady load's requests are filed from now on. */
  fileIn(ledger: ChaosLedger): void {
    this.#current = ledger;
  }

  /** Begins the steady load, which waits for the first `fileIn`. */
  begin(signal: AbortSignal): void {
    const until = AbortSignal.any([this.#stop.signal, signal]);
    let promises = 0;
    const send = async () => {
      const ledger = this.#current;
      if (!ledger) return false;
      const entry = ledger.next();
      const seen = await this.client.ask(ledger, entry);
      this.seen.push(seen);
      if (seen.end === 'acknowledged' && entry.jobId !== undefined && ++promises % CANCEL_EVERY === 0)
        this.client.cancel(ledger, entry.jobId);
      return served(seen);
    };
    const load = pace({ rate: this.rate, durationS: 86_400, maxInFlight: MAX_IN_FLIGHT, signal: until, send });
    this.#running = Promise.all([load, this.#sample(until)]);
  }

  /** Ends the steady load; resolves when every request has its end, repetitions included. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.client.settled();
  }

  forget(): void {
    this.seen = [];
    this.completions = [];
  }

  /** Looks up every acknowledged job whose end is not known yet. */
  async lookUp(): Promise<void> {
    for (const ledger of this.#ledgers)
      for await (const job of this.backlog?.lookUp(ledger.openJobs()) ?? []) ledger.found(job);
  }

  /** Holds the books against all that Redis has of the jobs that ended since this began. */
  async audit(): Promise<void> {
    const ended = await this.backlog?.endedSince(this.#openedAt);
    if (ended) for (const ledger of this.#ledgers) ledger.audit(ended.jobs, ended.since);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.client.close();
    await this.backlog?.close();
  }

  async #sample(signal: AbortSignal): Promise<void> {
    let seenTo = Date.now();
    let unread = 0;
    while (this.backlog && !signal.aborted) {
      this.waiting = await this.backlog.size().catch(() => undefined);
      const to = Date.now() - SETTLE_MS;
      const times = to > seenTo ? await this.backlog.completions(seenTo, to).catch(() => undefined) : undefined;
      if (times) {
        seenTo = to;
        for (const time of times) this.completions.push(time - performance.timeOrigin);
        unread += times.length;
      }
      // Within a round, too: Redis keeps only so many completed jobs, and what it has forgotten would look lost.
      if (unread >= MAX_UNREAD)
        await this.lookUp()
          .then(() => {
            unread = 0;
          })
          .catch(() => undefined);
      await sleep(SAMPLE_MS);
    }
  }
}
