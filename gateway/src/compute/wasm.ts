/** The kernel as WebAssembly, four ops in a vector: the same function as `sumRange` of `../workload.ts`. */
import { KERNEL_BASE64 } from './wasm-code.ts';

/** Of the platform's own declarations only what is used here; the rest comes with a browser's. */
declare namespace WebAssembly {
  class Module {
    constructor(code: Uint8Array);
  }
  class Instance {
    constructor(module: Module);
    readonly exports: unknown;
  }
}

interface KernelExports {
  /** The sum modulo 2^32 of `fmix32(first + i)` for i in [0, count), as an i32. */
  sumWords(first: number, count: number): number;
}

const { sumWords } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(KERNEL_BASE64, 'base64')))
  .exports as KernelExports;

/** Ops in a call, some 30 us: V8 starts with code that it compiled quickly and takes the optimised one at a later call. */
const BLOCK = 1 << 16;

export function sumRange(seed: number, from: number, to: number): number {
  let first = ((from % 0x1_0000_0000) + seed) | 0;
  let sum = 0;
  for (let left = to - from; left > 0; left -= BLOCK) {
    sum = (sum + sumWords(first, Math.min(left, BLOCK))) | 0;
    first = (first + BLOCK) | 0;
  }
  return sum >>> 0;
}
