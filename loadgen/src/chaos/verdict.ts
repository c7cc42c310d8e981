/** What a cell's figures say of the promises: pure. */
import type { Cell } from './cells.ts';
import type { Counts } from './ledger.ts';
import type { Round } from './result.ts';

export function sum(counts: readonly Counts[]): Counts {
  const total: Counts = {
    sent: 0,
    acknowledged: 0,
    completed: 0,
    lost: 0,
    failed: 0,
    refused: 0,
    unknown: 0,
    cancelled: 0,
    open: 0,
    startedAgain: 0,
    repeated: 0,
  };
  for (const one of counts) for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += one[key];
  return total;
}

/** Of the asked rate: with less there is no steady state that a recovery could be compared with. */
const STEADY = 0.75;

/**
 * What broke. Everywhere: no steady state before a fault, counts that do not add up, wrong answers, no recovery, a gateway that was told to leave and left
 * a request unserved. In `queue` also: anything lost, failed, left open or for ever unknown. In the other modes requests
 * in flight may die with their process: that is what the table is to show.
 */
export function broken(
  { target, fault }: Pick<Cell, 'target' | 'fault'>,
  queued: boolean,
  ratePerS: number,
  rounds: readonly Round[],
  counts: Counts,
  violations: readonly string[],
): string[] {
  const { sent, acknowledged, completed, lost, failed, refused, unknown, cancelled, open } = counts;
  const list = [...violations];
  const says = (count: number, what: string) => count > 0 && list.push(`${count} ${what}`);
  // Each sum holds for what a request becomes: `completed` counts jobs, too, and those are acknowledged.
  const ends = queued
    ? completed + lost + failed + cancelled + open + refused + unknown
    : completed + failed + refused + unknown;
  if (ends !== sent) list.push(`the counts do not add up: ${sent} sent, ${ends} ended`);
  if (!queued && acknowledged > 0) list.push('a mode without a queue has promised something');
  says(rounds.filter(({ steadyPerS }) => steadyPerS < STEADY * ratePerS).length, 'round(s) without a steady state');
  says(rounds.filter(({ recovered }) => !recovered).length, 'round(s) without recovery');
  if (target === 'gateway' && fault === 'TERM') {
    says(
      rounds.reduce((total, { inHand }) => total + inHand.notServed, 0),
      'request(s) in flight were not served by a gateway that was told to leave',
    );
  }
  if (queued) {
    says(lost, 'acknowledged job(s) lost');
    says(failed, 'request(s) or job(s) failed');
    says(open, 'job(s) neither done nor failed after the drain');
    says(unknown, 'request(s) without a known outcome');
  }
  return list;
}
