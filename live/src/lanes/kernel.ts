/** A thread that finds out what a millisecond of the JavaScript kernel is here, and what tasks of each size come to. */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { type Answer, workload } from '@heavy-lifter/workloads';
import { run } from '@heavy-lifter/workloads/js';
import { MAX_TASK_MS_DIRECT, TASK_MS } from '../contract.ts';

/** A task's size: its milliseconds in JavaScript, the same in the workload's unit, and the answer of the first such task. */
export interface Size {
  readonly ms: number;
  readonly size: number;
  readonly first: Answer;
}

/** Long enough that a timer's grain and a scheduler's slice do not count. */
const RUN_MS = 100;
const RUNS = 5;
const PROBE_SIZE = workload.usualRate / 200;

/** Sizes by their milliseconds, as they become known, the small ones first. */
export class Kernel {
  readonly #worker: Worker;
  readonly #sizes = new Map<number, PromiseWithResolvers<Size>>(
    TASK_MS.map((ms) => [ms, Promise.withResolvers<Size>()]),
  );
  /** Size a millisecond on one core, the best of some runs. */
  readonly sizePerMs: Promise<number>;

  constructor() {
    const sizePerMs = Promise.withResolvers<number>();
    this.sizePerMs = sizePerMs.promise;
    this.#worker = new Worker(new URL(import.meta.url));
    this.#worker.on('message', (message: number | Size) => {
      if (typeof message === 'number') sizePerMs.resolve(message);
      else this.#sizes.get(message.ms)?.resolve(message);
    });
    this.#worker.on('error', (error) => {
      sizePerMs.reject(error);
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

function tellSizes(): void {
  const sizePerMs = calibrate();
  parentPort?.postMessage(sizePerMs);
  for (const ms of TASK_MS) {
    const { direct, queued } = workload.maxSize;
    const size = Math.min(ms > MAX_TASK_MS_DIRECT ? queued : direct, Math.round(ms * sizePerMs));
    parentPort?.postMessage({ ms, size, first: workload.solve(workload.taskOf(size)) } satisfies Size);
  }
}

function calibrate(): number {
  let size = PROBE_SIZE;
  let best = 0;
  for (let n = 0; n <= RUNS; n++) {
    const startedAt = performance.now();
    for (const part of workload.partsOf(workload.taskOf(size, 1, n))) for (const _ of run(part));
    best = Math.max(best, size / (performance.now() - startedAt));
    size = Math.round(best * RUN_MS);
  }
  return best;
}

if (!isMainThread) tellSizes();
