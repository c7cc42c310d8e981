/** The spots drawn together: neighbouring numbers of callers that agree, and in them neighbouring sizes with one winner. */
import type { Spot } from './spots.ts';

/** Numbers of callers that can be spoken of together. */
export interface Band {
  readonly connections: readonly number[];
  readonly stretches: readonly Stretch[];
}

export interface Stretch {
  /** Among the winners at every decided spot of the stretch. */
  readonly modes: readonly string[];
  /** Those spots, by size. */
  readonly spots: readonly Spot[];
}

export const isDecided = ({ modes }: Spot) => modes.length > 0;

/** From few callers to many. A number without a decided spot belongs to no band. */
export function bandsOf(spots: readonly Spot[]): Band[] {
  const decided = spots.filter(isDecided);
  const numbers = [...new Set(decided.map(({ connections }) => connections))].sort((a, b) => a - b);
  const bands: Band[] = [];
  for (const number of numbers) {
    const own = bandOf(decided, [number]) as Band;
    const before = bands.at(-1);
    const both = before && bandOf(decided, [...before.connections, number]);
    const asSimple = both && both.stretches.length <= Math.max(before.stretches.length, own.stretches.length);
    if (asSimple) bands[bands.length - 1] = both;
    else bands.push(own);
  }
  return bands;
}

/** Undefined if at some size the numbers of callers have no winner in common. */
function bandOf(decided: readonly Spot[], connections: readonly number[]): Band | undefined {
  const mine = decided.filter((spot) => connections.includes(spot.connections));
  const stretches: Stretch[] = [];
  for (const spots of Map.groupBy(mine, ({ ops }) => ops).values()) {
    const modes = common(spots);
    if (modes.length === 0) return undefined;
    const last = stretches.at(-1);
    // As long as there is one that wins in all: so there are as few stretches as there can be.
    const longer = last && sameKind(last.spots, spots) ? common([...last.spots, ...spots]) : [];
    if (last && longer.length > 0)
      stretches[stretches.length - 1] = { modes: longer, spots: [...last.spots, ...spots] };
    else stretches.push({ modes, spots });
  }
  return { connections, stretches };
}

/** To be the best of several is another thing than to be the only one. */
function sameKind(a: readonly Spot[], b: readonly Spot[]): boolean {
  const alone = (spots: readonly Spot[]) => spots.every(({ verdict }) => verdict === 'alone');
  return alone(a) === alone(b);
}

/** Who is first more often comes first. */
function common(spots: readonly Spot[]): string[] {
  const [first, ...others] = spots;
  const modes = first?.modes.filter((mode) => others.every((spot) => spot.modes.includes(mode))) ?? [];
  const firsts = (mode: string) => spots.filter((spot) => spot.modes[0] === mode).length;
  return modes.toSorted((a, b) => firsts(b) - firsts(a));
}
