/** Snapshots: made once for all pages, and only while somebody looks. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lane, SNAPSHOTS_PER_S, type Snapshot } from '../contract.ts';
import type { RemoteLane } from '../lanes/remote.ts';
import type { Marks } from '../services/marks.ts';
import type { Services } from '../services/services.ts';
import type { Wishes } from './orders.ts';

/** Behind the gateway of a lane, in the order of a request's way. */
const BEHIND: Record<string, readonly string[]> = {
  microservice: ['rust-microservice'],
  queue: ['redis', 'rust-worker'],
};

interface Parts {
  readonly lanes: readonly RemoteLane[];
  readonly wishes: Wishes;
  readonly services: Services;
  readonly marks: Marks;
  readonly tell: (snapshot: Snapshot) => void;
}

const EVERY_MS = 1000 / SNAPSHOTS_PER_S;
/** Between two, whatever happens. */
const LEAST_MS = 100;
/** For what a busy thread has to say; it is in the next one, then. */
const LATE_MS = 50;

export class Snapshots {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | undefined;
  #isMaking = false;
  #madeAt = 0;
  #seq = 0;
  #watchers = 0;
  #told = '';
  #busy = performance.eventLoopUtilization();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many look from now on. */
  watch(watchers: number): void {
    this.#watchers = watchers;
    if (watchers > 0 === (this.#timer !== undefined)) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (watchers > 0) this.#wait(EVERY_MS);
    this.#parts.services.watch(watchers > 0);
    this.#tellLanes();
  }

  /** What has just happened does not wait for its turn. */
  soon(): void {
    if (!this.#timer || this.#isMaking) return;
    clearTimeout(this.#timer);
    this.#wait(Math.max(0, this.#madeAt + LEAST_MS - performance.now()));
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => void this.#next(), ms);
  }

  async #next(): Promise<void> {
    const timer = this.#timer;
    const startedAt = performance.now();
    this.#isMaking = true;
    const late = sleep(LATE_MS, undefined, { ref: false });
    await Promise.race([Promise.all(this.#parts.lanes.map((lane) => lane.report())), late]);
    this.#isMaking = false;
    // Nobody is there any more, or has come again meanwhile.
    if (timer !== this.#timer) return;
    this.#madeAt = performance.now();
    this.#wait(Math.max(0, EVERY_MS - (this.#madeAt - startedAt)));
    this.#make();
  }

  #make(): void {
    const { wishes, lanes, marks, tell } = this.#parts;
    wishes.apply();
    this.#tellLanes();
    const serverBusy = performance.eventLoopUtilization(this.#busy).utilization;
    this.#busy = performance.eventLoopUtilization();
    tell({
      seq: ++this.#seq,
      at: Date.now(),
      watchers: this.#watchers,
      generatorBusy: Math.max(...lanes.map(({ busy }) => busy)),
      serverBusy,
      orders: wishes.orders,
      lanes: lanes.flatMap((lane) => this.#lane(lane) ?? []),
      marks: marks.take(),
    });
  }

  #lane(remote: RemoteLane): Lane | undefined {
    const figures = remote.take();
    if (!figures) return undefined;
    const { lane } = remote;
    const gateway = this.#parts.services.has(`gateway-${lane}`) ? `gateway-${lane}` : 'gateway';
    return { lane, ...figures, services: this.#parts.services.those([gateway, ...(BEHIND[lane] ?? [])]) };
  }

  /** Hearts beat often while there is something to see. */
  #tellLanes(): void {
    const message = { do: 'watch', on: this.#watchers > 0, often: this.#parts.wishes.isLively } as const;
    const told = JSON.stringify(message);
    if (told === this.#told) return;
    this.#told = told;
    for (const lane of this.#parts.lanes) lane.tell(message);
  }
}
