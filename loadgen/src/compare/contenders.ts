/** Who is compared: every mode, and rows that are no choice but tell one cause from another. */
import { modeNames } from '@heavy-lifter/gateway/mode-names';
import { CONCURRENCY } from '../ceilings/figures.ts';

interface Control {
  readonly mode: string;
  /** As the services take it. */
  readonly kernel: string;
}

/** The same service without SIMD: what is left of its lead is the language's. */
export const CONTROLS: Readonly<Record<string, Control>> = {
  'microservice-scalar': { mode: 'microservice', kernel: 'scalar' },
};

export const contenderNames: readonly string[] = [...modeNames, ...Object.keys(CONTROLS)];

/** Goes round with them in every repetition, so that what drifts with time meets it alike: this machine at its best. */
export const CEILINGS_VISIT = 'ceilings';

/** For rust-worker beside BullMQ's own: as many jobs in hand, and where containers have weights, the same. */
const LIKE_THE_NODE_WORKER = [`CONCURRENCY=${CONCURRENCY}`, 'RUST_SHARES=1024'];

/** Whether a team could choose it. */
export const isChoice = (name: string) => !(name in CONTROLS);

/** What the runner has to start for it; `told`: settings of that visit alone, as NAME=value. */
export function startOf(name: string): { mode: string; told: string[] } {
  if (name === CEILINGS_VISIT) return { mode: name, told: LIKE_THE_NODE_WORKER };
  const control = CONTROLS[name];
  return control ? { mode: control.mode, told: [`KERNEL=${control.kernel}`] } : { mode: name, told: [] };
}
