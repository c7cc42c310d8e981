/** The kernel as WebAssembly, four ops in a vector: the same function as `sumRange` of `js.ts`. */
import { implementationOf, inBlocks } from './js.ts';
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

// In blocks because V8 starts with code that it compiled quickly and takes the optimised one at a later call.
export const sumRange = inBlocks(sumWords);

export const { run, merge } = implementationOf(sumRange);
