/**
 * What kernels of this process have done. Each thread adds its own to numbers that all threads share, part by part: so
 * nothing is lost with a thread that ends, and nothing is waited for.
 */

/** So far: CPU time by each thread's own clock, and the time that threads were in a kernel, with a CPU or without. */
export interface KernelWork {
  readonly cpuS: number;
  readonly threadsS: number;
  /** In the workload's unit. */
  readonly size: number;
}

/** Microseconds of CPU, microseconds in kernels, size. */
export type WorkSum = BigInt64Array<SharedArrayBuffer>;

export const newWorkSum = (): WorkSum => new BigInt64Array(new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT));

export function workSoFar(sum: WorkSum): KernelWork {
  const [cpuUs = 0, threadsUs = 0, size = 0] = [0, 1, 2].map((index) => Number(Atomics.load(sum, index)));
  return { cpuS: cpuUs / 1e6, threadsS: threadsUs / 1e6, size };
}

/** Of the calling thread, from when it is made. */
export class WorkMeter {
  readonly #sum: WorkSum;
  #cpuUs = threadCpuUs();
  #atNs = process.hrtime.bigint();

  constructor(sum: WorkSum) {
    this.#sum = sum;
  }

  /** Adds a size that was done and what it took since the last call. */
  add(size: number): void {
    const cpuUs = threadCpuUs();
    const atNs = process.hrtime.bigint();
    Atomics.add(this.#sum, 0, BigInt(cpuUs - this.#cpuUs));
    Atomics.add(this.#sum, 1, (atNs - this.#atNs) / 1000n);
    Atomics.add(this.#sum, 2, BigInt(size));
    this.#cpuUs = cpuUs;
    this.#atNs = atNs;
  }
}

/**
 * Linux keeps what a thread is told of itself (`RUSAGE_THREAD`) as of the last tick, 1 to 10 ms ago: most of a short task
 * would be missing. To ask for the process's time brings the calling thread's up to date (`thread_group_cputime` in
 * kernel/sched/cputime.c).
 */
function threadCpuUs(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
