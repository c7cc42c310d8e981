/** When something is well again, from times of success. Pure; milliseconds on one monotonic clock. */
import type { Seen } from './client.ts';

/** Of the former throughput. */
const ENOUGH = 0.9;
const WINDOW_MS = 1_000;

export const served = ({ end }: Pick<Seen, 'end'>) => end === 'acknowledged' || end === 'completed';

/** The first bad end after the fault, if any. */
export function firstErrorAt(seen: readonly Seen[], faultAt: number): number | undefined {
  return earliest(seen.filter((one) => !served(one) && one.endedAt >= faultAt).map(({ endedAt }) => endedAt));
}

/**
 * The first good end of a request that was sent after `errorAt`. With several gateways, or one that answers until its
 * door closes, good ends before that say nothing of recovery.
 */
export function firstSuccessAt(seen: readonly Seen[], errorAt: number): number | undefined {
  return earliest(seen.filter((one) => served(one) && one.sentAt >= errorAt).map(({ endedAt }) => endedAt));
}

/** The start of the first second after `from` that has 90 % of `perSecond` successes. `times` in order. */
export function throughputBackAt(times: readonly number[], from: number, perSecond: number): number | undefined {
  const later = times.filter((time) => time >= from);
  const needed = Math.max(1, Math.ceil(perSecond * ENOUGH));
  for (const [index, start] of [from, ...later].entries()) {
    const last = later[Math.max(0, index - 1) + needed - 1];
    if (last === undefined) return undefined;
    if (last < start + WINDOW_MS) return start;
  }
  return undefined;
}

function earliest(times: readonly number[]): number | undefined {
  return times.reduce<number | undefined>(
    (least, time) => (least !== undefined && least < time ? least : time),
    undefined,
  );
}
