/** The addon `rust-native`: the compute threads of the Rust services, in this process. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Task } from '@heavy-lifter/workloads';
import type { Computed } from '../contract.ts';
import type { KernelWork } from './work.ts';

/** Compute threads beside the event loop. */
export interface NativePool {
  /** Tasks of which something is still to be done or dropped. */
  readonly inHand: number;
  readonly work: KernelWork;
  /** Calls back once, as Node's own functions do. Throws with the code `QueueFull` beyond `maxTasks`. */
  submit(task: Task, answer: (error: Error | null, computed: Computed) => void): NativeRun;
  /** Ends the threads, each after what it has in hand. */
  close(): void;
}

interface NativeRun {
  /** Answers with an error at once; chunks that have not started never do. */
  cancel(): void;
}

interface Addon {
  readonly Pool: new (kernel: string, threads: number, nice: number, maxTasks: number) => NativePool;
}

const name = process.platform === 'darwin' ? 'librust_native.dylib' : 'librust_native.so';
const file = fileURLToPath(new URL(`../../../target/release/${name}`, import.meta.url));

/** Loads the addon as cargo left it. Node's own `require` would want it renamed. */
export function loadNative(): Addon {
  if (!existsSync(file)) throw new Error('rust-native is not built: cargo build --release -p rust-native');
  const addon = { exports: {} };
  process.dlopen(addon, file);
  return addon.exports as Addon;
}

/** Throws the signal's reason, or why nothing was computed. */
export async function computeNative(pool: NativePool, task: Task, signal: AbortSignal): Promise<Computed> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Computed>();
  const run = pool.submit(task, (error, computed) => (error ? reject(error) : resolve(computed)));
  const cancel = () => run.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await promise;
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
