/** What a reader has to know of each architecture, and where its code is. */

export interface LaneText {
  /** Where the work is done, if that is no service of its own. */
  readonly computes?: string;
  readonly file: string;
  /** Accepts first and works later. */
  readonly promises?: true;
}

export const LANES: Readonly<Record<string, LaneText>> = {
  inline: { computes: 'its one loop', file: 'gateway/src/modes/inline.ts' },
  unpooled: { computes: 'threads without a bound', file: 'gateway/src/modes/unpooled.ts' },
  pool: { computes: 'a fixed number of threads', file: 'gateway/src/modes/pool.ts' },
  wasm: { computes: 'a fixed number of threads (SIMD)', file: 'gateway/src/modes/wasm.ts' },
  native: { computes: 'Rust threads inside Node', file: 'gateway/src/modes/native.ts' },
  microservice: { file: 'gateway/src/modes/microservice.ts' },
  queue: { file: 'gateway/src/modes/queue.ts', promises: true },
};
