/** A thread that finds out what a millisecond of the JavaScript kernel is here, and what tasks of each size come to. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { sumRange } from '@heavy-lifter/gateway/compute/wasm';
import { MAX_OPS_DIRECT, MAX_OPS_QUEUED } from '@heavy-lifter/gateway/contract';
import { checksum } from '@heavy-lifter/gateway/workload';
import { MAX_TASK_MS_DIRECT, TASK_MS } from '../contract.ts';

/** A task's size: its milliseconds in JavaScript, its ops, and the checksum of the one with seed 0. */
export interface Size {
  readonly ms: number;
  readonly ops: number;
  readonly first: number;
}

/** Long enough that a timer's grain and a scheduler's slice do not count. */
const RUN_MS = 100;
const RUNS = 5;
const PROBE_OPS = 5_000_000;

/** Sizes by their milliseconds, as they become known, the small ones first. */
export class Kernel {
  readonly #worker: Worker;
  readonly #sizes = new Map<number, PromiseWithResolvers<Size>>(
    TASK_MS.map((ms) => [ms, Promise.withResolvers<Size>()]),
  );
  /** Ops a millisecond on one core, the best of some runs. */
  readonly opsPerMs: Promise<number>;

  constructor() {
    const opsPerMs = Promise.withResolvers<number>();
    this.opsPerMs = opsPerMs.promise;
    this.#worker = new Worker(new URL(import.meta.url));
    this.#worker.on('message', (message: number | Size) => {
      if (typeof message === 'number') opsPerMs.resolve(message);
      else this.#sizes.get(message.ms)?.resolve(message);
    });
    this.#worker.on('error', (error) => {
      opsPerMs.reject(error);
      for (const { reject } of this.#sizes.values()) reject(error);
    });
    for (const { promise } of this.#sizes.values()) promise.catch(() => {});
  }

  /** Resolves within a second for small sizes, within some for the largest. */
  size(ms: number): Promise<Size> {
    return this.#sizes.get(ms)?.promise ?? Promise.reject(new RangeError(`no size of ${ms} ms`));
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function run(): void {
  const opsPerMs = calibrate();
  parentPort?.postMessage(opsPerMs);
  let from = 0;
  let sum = 0;
  for (const ms of TASK_MS) {
    const most = ms > MAX_TASK_MS_DIRECT ? MAX_OPS_QUEUED : MAX_OPS_DIRECT;
    const ops = Math.min(most, Math.round(ms * opsPerMs));
    // A larger task's sum begins with a smaller one's.
    sum = (sum + sumRange(0, from, ops)) >>> 0;
    from = ops;
    parentPort?.postMessage({ ms, ops, first: sum } satisfies Size);
  }
}

function calibrate(): number {
  let ops = PROBE_OPS;
  let best = 0;
  for (let n = 0; n <= RUNS; n++) {
    const startedAt = performance.now();
    checksum({ ops, seed: n });
    best = Math.max(best, ops / (performance.now() - startedAt));
    ops = Math.round(best * RUN_MS);
  }
  return best;
}

if (!isMainThread) run();
