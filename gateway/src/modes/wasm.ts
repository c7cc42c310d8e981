/** `pool` with another kernel: WebAssembly with SIMD, so that the way there can be told from the arithmetic. */
import { pooled } from '../compute/pooled.ts';

export const create = pooled('wasm-simd');
