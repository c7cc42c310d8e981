/** Whether the machine had others to serve while a cell was measured: such a cell decides nothing. */
import type { CompareCell } from './result.ts';

/** In at least half of its repetitions; else its figures are those of the others. */
export function isDisturbed({ disturbed, valid }: CompareCell): boolean {
  return disturbed > 0 && 2 * disturbed >= valid;
}
