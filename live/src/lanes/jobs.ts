/**
 * What became of promised jobs. Those that ended are looked up soon after their end; of the others some at a time are, so
 * that one which is neither ended nor still there is found. Nothing is asked while no promise is open.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_OPTIONS } from '@heavy-lifter/gateway/contract';
import type { RedisAddress } from '@heavy-lifter/gateway/redis-address';
import { Backlog } from '@heavy-lifter/loadgen/account/backlog';
import type { StoredJob } from '@heavy-lifter/loadgen/account/stored-job';
import type { Account } from '../contract.ts';
import type { Book } from './books.ts';
import { Rate } from './rate.ts';

const LOOK_MS = 500;
/** While no promise is open: only what others put there is news. */
const IDLE_LOOK_MS = 1_500;
/** A worker sets the time of an end before it tells Redis. */
const SETTLE_MS = 250;
/** Jobs a round trip: neither Redis nor heartbeats may be held up by reading them. */
const BATCH = 100;
/** Open jobs looked up beside those that are known to have ended. */
const SWEEP = 200;
/** What was asked longer ago is not known any more. */
const STALE_MS = 3_000;
const RETRY_MS = 500;
/** Over which the rate of ends is taken. */
const RATE_MS = 3_000;

type Counts = NonNullable<Account['jobs']>;
type Ends = Record<'acknowledged' | 'done' | 'failed' | 'cancelled' | 'cleared' | 'lost', number>;

export class Jobs {
  readonly #address: RedisAddress;
  readonly #open = new Map<string, Book>();
  readonly #done = new Rate();
  readonly #stop = new AbortController();
  readonly #counts: Ends = { acknowledged: 0, done: 0, failed: 0, cancelled: 0, cleared: 0, lost: 0 };
  readonly #running: Promise<void>;
  #backlog: Backlog | undefined;
  #sweep: Iterator<string> = [].values();
  #watched = false;
  #size: number | null = null;
  #readTo = Date.now();
  #lookedAt = 0;
  /** Redis may have forgotten jobs before they were looked up: then what it does not know is not lost. */
  #forgotten = false;

  constructor(address: RedisAddress) {
    this.#address = address;
    this.#running = this.#run();
  }

  promised(id: string, book: Book): void {
    book.jobs++;
    this.#counts.acknowledged++;
    this.#open.set(id, book);
  }

  set watched(on: boolean) {
    this.#watched = on;
  }

  get open(): number {
    return this.#open.size;
  }

  get counts(): Counts {
    const lost = this.#isKnown && !this.#forgotten ? this.#counts.lost : null;
    return { ...this.#counts, notYet: this.#open.size, lost };
  }

  /** Jobs in Redis that are not done, and how many are a second; null while Redis cannot be asked. */
  get backlog(): { tasks: number; donePerS: number } | undefined {
    if (!this.#isKnown || this.#size === null) return undefined;
    return { tasks: this.#size, donePerS: this.#done.perS(this.#readTo, RATE_MS) };
  }

  /** Removes what waits; resolves to how much that was. Throws when Redis cannot be asked. */
  async clear(): Promise<number> {
    if (!this.#backlog) throw new Error('Redis cannot be asked');
    const before = [...this.#open.keys()];
    const removed = await this.#backlog.clear();
    let missing = 0;
    for await (const job of this.#backlog.lookUp(before, BATCH)) {
      if (job.data || !this.#open.has(job.id)) this.#file(job);
      else if (missing++ < removed) this.#end(job.id, 'cleared');
      else this.#end(job.id, 'lost');
    }
    return removed;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#backlog?.close();
  }

  get #isKnown(): boolean {
    return Date.now() - this.#lookedAt < STALE_MS;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        this.#backlog ??= await Backlog.open(this.#address);
        if (this.#open.size > 0 || this.#watched) await this.#look(this.#backlog);
        await sleep(this.#open.size > 0 ? LOOK_MS : IDLE_LOOK_MS, undefined, { signal });
      } catch {
        // A Redis that is away for a moment keeps what it has; the next look takes it in.
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #look(backlog: Backlog): Promise<void> {
    const to = Date.now() - SETTLE_MS;
    const size = await backlog.size();
    if (this.#open.size > 0) {
      if (await backlog.hasForgotten(this.#readTo, JOB_OPTIONS.removeOnComplete.count)) this.#forgotten = true;
      const ended = await backlog.idsEnded(this.#readTo, to);
      const own = ended.filter((id) => this.#open.has(id));
      for await (const job of backlog.lookUp(own, BATCH)) this.#file(job);
      for await (const job of backlog.lookUp(this.#some(), BATCH)) this.#file(job);
    }
    this.#readTo = to;
    this.#size = size;
    this.#lookedAt = Date.now();
  }

  /** Some open jobs, others each time, until all have had their turn. */
  #some(): string[] {
    const ids: string[] = [];
    while (ids.length < Math.min(SWEEP, this.#open.size)) {
      const { value, done } = this.#sweep.next();
      if (!done) ids.push(value);
      else if (ids.length > 0) break;
      else this.#sweep = this.#open.keys();
    }
    return ids;
  }

  #file({ id, data, result, failure, finishedAt }: StoredJob): void {
    const book = this.#open.get(id);
    if (!book) return;
    if (!data) return void this.#end(id, 'lost');
    if (finishedAt === undefined) return;
    if (result) {
      book.ledger.check(data, result);
      this.#done.add(finishedAt);
    }
    this.#end(id, result ? 'done' : failure?.startsWith('cancelled: ') ? 'cancelled' : 'failed');
  }

  #end(id: string, as: keyof Ends): void {
    const book = this.#open.get(id);
    if (!book) return;
    this.#open.delete(id);
    book.jobs--;
    this.#counts[as]++;
  }
}
