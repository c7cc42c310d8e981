/** A lane in one word, for who looks from the back of the room. */
import type { Tick } from '../../src/contract.ts';
import { HOLE_MS } from '../../src/limits.ts';
import type { LaneHistory } from './lane.ts';

export interface Verdict {
  readonly kind: 'answers' | 'slow' | 'frozen' | 'gone' | 'unknown';
  readonly word: string;
  /** The figure behind it. */
  readonly detail: string;
}

const RECENT_MS = 3_000;
const SLOW_MS = 50;

const unanswered = ({ state, ms }: Tick) => (state === 'hole' || state === 'none') && ms === null;
/** Late by our own fault: it says nothing, unless it was quick all the same. */
const spoilt = ({ state, ms }: Tick) => state === 'ours' && (ms === null || ms > SLOW_MS);
/** Whether it was as long as a hole, also where its answer came in the end. */
export const isHole = ({ state, ms }: Tick) =>
  state === 'hole' || state === 'none' || (state === 'ok' && (ms ?? 0) >= HOLE_MS);

/**
 * What the heartbeats of a lane say at `now`.
 * @param current whether the stream is heard; without it nothing is known
 */
export function verdict(lane: LaneHistory, now: number, current: boolean): Verdict {
  const { latest, ticks } = lane;
  if (!current || !latest) return { kind: 'unknown', word: 'unknown', detail: '' };
  const settled = ticks.filter((tick) => tick.at > now - RECENT_MS && tick.state !== 'open' && !spoilt(tick));
  const gateway = latest.services.find(({ role }) => role === 'gateway');
  if (gateway && gateway.state !== 'running') {
    const detail = seconds(now - (latest.silentSince ?? gateway.since));
    return { kind: 'gone', word: gateway.state, detail };
  }
  const since = waitingSince(ticks);
  if (since !== null) return { kind: 'frozen', word: 'frozen', detail: seconds(now - since) };
  if (latest.silentSince !== null) {
    const detail = seconds(now - latest.silentSince);
    return ticks.at(-1)?.state === 'failed'
      ? { kind: 'gone', word: 'no answer', detail }
      : { kind: 'frozen', word: 'frozen', detail };
  }
  if (settled.length === 0) return { kind: 'unknown', word: 'unknown', detail: '' };
  const holes = settled.filter(isHole).length;
  const waits = settled.flatMap(({ ms }) => (ms === null ? [] : [ms]));
  if (holes * 5 > settled.length) return { kind: 'frozen', word: 'freezes', detail: milliseconds(Math.max(...waits)) };
  const typical = median(waits);
  if (settled.every(({ state }) => state === 'failed')) return { kind: 'gone', word: 'refuses', detail: '' };
  return {
    kind: (typical ?? 0) > SLOW_MS ? 'slow' : 'answers',
    word: (typical ?? 0) > SLOW_MS ? 'slow' : 'answers',
    detail: milliseconds(typical),
  };
}

/** When the first of those was asked that still have no answer; null where the newest have one. */
function waitingSince(ticks: readonly Tick[]): number | null {
  let since: number | null = null;
  for (let i = ticks.length - 1; i >= 0; i--) {
    const tick = ticks[i] as Tick;
    if (unanswered(tick)) since = tick.at;
    else if (tick.state !== 'open' && tick.state !== 'ours') break;
  }
  return since;
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}

const seconds = (ms: number) => `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
const milliseconds = (ms: number | null) => (ms === null ? '' : ms >= 1_000 ? seconds(ms) : `${Math.round(ms)} ms`);
