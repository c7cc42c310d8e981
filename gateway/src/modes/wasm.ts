/** `pool` with another kernel: WebAssembly with SIMD, so that the way there can be told from the arithmetic. */
import { piscina } from '../compute/piscina.ts';
import { pooled } from '../compute/pooled.ts';

export const create = pooled(piscina, 'wasm-simd');
