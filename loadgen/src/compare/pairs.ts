/** A mode beside the winner, spot by spot: what sentences about other choices are made of. */
import { number } from '../format.ts';
import { serves } from './answer.ts';
import { isDisturbed } from './disturbed.ts';
import type { FigureName } from './figures.ts';
import { callers } from './parts.ts';
import type { CompareCell } from './result.ts';
import { sizeOf } from './sentences.ts';
import { type Spot, speedFigure, timesWorse } from './spots.ts';
import { differ } from './statistics.ts';
import { isDecided } from './stretches.ts';

/** A mode's cell where another one, or it itself, won. */
export interface Pair {
  readonly spot: Spot;
  readonly own: CompareCell;
  readonly winner: CompareCell;
}

/** Not at spots where nobody else was asked, and of no disturbed cell: it would say what the machine did. */
export function pairsOf(mode: string, spots: readonly Spot[]): Pair[] {
  return spots
    .filter((spot) => isDecided(spot) && spot.verdict !== 'alone')
    .flatMap((spot) => {
      const cellOf = (one: string | undefined) => spot.cells.find((cell) => cell.mode === one);
      const [own, winner] = [cellOf(mode), cellOf(spot.modes[0])];
      return own && winner && !isDisturbed(own) ? [{ spot, own, winner }] : [];
    });
}

export const factorOf = ({ spot, own, winner }: Pair) => timesWorse(own, winner, speedFigure(spot.connections)) ?? 1;
export const place = (spot: Spot) => `${sizeOf(spot).replace(/ of work$/, '')} with ${callers(spot.connections)}`;
export const cells = (count: number) => `${count} ${count === 1 ? 'cell' : 'cells'}`;

/** All cells that are spoken of, and what the first and the last, between which the others lie, are compared with. */
export const carriedBy = (pairs: readonly Pair[]) => [
  ...new Set([...pairs.map(({ own }) => own), ...[pairs[0], pairs.at(-1)].flatMap((pair) => pair?.winner ?? [])]),
];

/** The least behind first. */
export function behindOf(lost: readonly Pair[]): Pair[] {
  return lost.filter((pair) => serves(pair.own) && factorOf(pair) > 1).toSorted((a, b) => factorOf(a) - factorOf(b));
}

/** Of pairs in their order. */
export function factors(pairs: readonly Pair[]): string {
  const [least, most] = [pairs[0], pairs.at(-1)] as [Pair, Pair];
  return span(factorOf(least), factorOf(most), '');
}

/** Pairs that differ beyond noise by a figure, with how many times as much it is of the winner's, the least first. */
export function apartBy(lost: readonly Pair[], figure: FigureName): [Pair, number][] {
  const all = lost.flatMap((pair): [Pair, number][] => {
    const [a, b] = [pair.own.figures[figure], pair.winner.figures[figure]];
    const times = timesWorse(pair.own, pair.winner, figure);
    return serves(pair.own) && a && b && times !== null && differ(a, b) ? [[pair, times]] : [];
  });
  return all.toSorted(([, a], [, b]) => a - b);
}

/** To two digits: more would be forgotten before they are repeated. */
export function span(least: number, most: number, unit: string): string {
  const [from, to] = [least, most].map((value) => number(Number(value.toPrecision(2))));
  return from === to ? `${from}${unit}` : `${from} to ${to}${unit}`;
}
