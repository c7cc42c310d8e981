/** What the answer says besides who wins, in few words: which mode promises, and which computes in a process of its own. */
import { serves } from './answer.ts';
import { apart, promises } from './instead.ts';
import { behindOf, carriedBy, cells, factors, type Pair, pairsOf, span } from './pairs.ts';
import type { Part } from './parts.ts';
import type { Spot } from './spots.ts';

/** One part, or none if the mode gives nothing of the kind or wins everywhere by itself. */
export function gifts(mode: string, spots: readonly Spot[]): Part[] {
  const pairs = pairsOf(mode, spots);
  const lost = pairs.filter(({ spot }) => !spot.modes.includes(mode));
  const alone = lost.length === 0 && pairs.every(({ spot }) => spot.modes.length === 1);
  if (pairs.length === 0 || alone) return [];
  const [promise] = promises(mode, spots);
  if (promise) {
    const [added] = adds(pairs.filter(({ spot }) => spot.connections === 1));
    const price = added ? `${added.text} and ` : '';
    return [
      { text: `${mode} ${price}promises before it computes`, cells: [...(added?.cells ?? []), ...promise.cells] },
    ];
  }
  if (apart(pairs).length === 0) return [];
  const behind = behindOf(lost);
  const speed = behind.length > 0 ? `is ${factors(behind)} times slower` : 'is as fast';
  const where =
    behind.length > 0 && behind.length < pairs.length ? ` in ${behind.length} of ${cells(pairs.length)}` : '';
  return [
    {
      text: `${mode}, in a process of its own, ${speed}${where}`,
      cells: behind.length > 0 ? carriedBy(behind) : pairs.map(({ own }) => own),
    },
  ];
}

/** Milliseconds on top of the winner's, for a lone caller. */
function adds(pairs: readonly Pair[]): Part[] {
  const added = (pair: Pair) => (pair.own.figures.p50Ms?.median ?? 0) - (pair.winner.figures.p50Ms?.median ?? 0);
  const those = pairs.filter((pair) => serves(pair.own) && added(pair) > 0).toSorted((a, b) => added(a) - added(b));
  const [least, most] = [those[0], those.at(-1)];
  if (!least || !most) return [];
  return [{ text: `adds ${span(added(least), added(most), ' ms')} for one caller`, cells: carriedBy([least, most]) }];
}
