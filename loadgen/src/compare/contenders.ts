/** Who is compared: every mode, and rows that are no choice but tell one cause from another. */
import { modeNames } from '@heavy-lifter/gateway/mode-names';
import { CONCURRENCY } from '../ceilings/figures.ts';

interface Control {
  readonly mode: string;
  /** As the runner takes it: NAME=value. */
  readonly told: readonly string[];
}

/**
 * The same service without SIMD: what is left of its lead is the language's. The same in JavaScript: what is left between
 * it and `pool` is the price of moving the work out.
 */
export const CONTROLS: Readonly<Record<string, Control>> = {
  'microservice-scalar': { mode: 'microservice', told: ['KERNEL=scalar'] },
  'microservice-js': { mode: 'microservice', told: ['IMPLEMENTATION=js'] },
};

export const contenderNames: readonly string[] = [...modeNames, ...Object.keys(CONTROLS)];

/** Goes round with them in every repetition, so that what drifts with time meets it alike: this machine at its best. */
export const CEILINGS_VISIT = 'ceilings';

/** For rust-worker beside BullMQ's own: as many jobs in hand, and where containers have weights, the same. */
const LIKE_THE_NODE_WORKER = [`CONCURRENCY=${CONCURRENCY}`, 'RUST_SHARES=1024'];

/** Whether a team could choose it. */
export const isChoice = (name: string) => !(name in CONTROLS);

/** What the runner has to start for it; `told`: settings of that visit alone, as NAME=value. */
export function startOf(name: string): Control {
  if (name === CEILINGS_VISIT) return { mode: name, told: LIKE_THE_NODE_WORKER };
  return CONTROLS[name] ?? { mode: name, told: [] };
}
