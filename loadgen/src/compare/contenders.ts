/** Who is compared: every mode, and rows that are no choice but tell one cause from another. */
import { modeNames } from '@heavy-lifter/gateway/mode-names';

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

/** Whether a team could choose it. */
export const isChoice = (name: string) => !(name in CONTROLS);

/** What the runner has to start for it. */
export function startOf(name: string): { mode: string; kernel: string } {
  return CONTROLS[name] ?? { mode: name, kernel: '' };
}
