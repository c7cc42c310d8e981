/** What a mode gives that the winner does not: each is read from cells, none is remembered. */
import { number } from '../format.ts';
import { FIGURES, type Figure, type FigureName } from './figures.ts';
import { apartBy, carriedBy, cells, type Pair, place } from './pairs.ts';
import type { Part } from './parts.ts';
import type { CompareCell } from './result.ts';
import { sizeOf } from './sentences.ts';
import type { Spot } from './spots.ts';

/** Its memory is counted apart from the gateway's: whoever computes is another process. */
export function apart(pairs: readonly Pair[]): Part[] {
  const those = pairs.map(({ own }) => own).filter(({ figures }) => figures.rustRssBytes);
  return those.length > 0 ? [{ text: 'a process of its own that computes', cells: those.slice(0, 1) }] : [];
}

export function promises(mode: string, spots: readonly Spot[]): Part[] {
  const rate = ({ figures }: CompareCell) => figures.acceptedPerS?.median ?? 0;
  const those = spots.flatMap((spot) => spot.cells).filter((cell) => cell.mode === mode && rate(cell) > 0);
  const [most] = those.toSorted((a, b) => rate(b) - rate(a));
  return most ? [{ text: `promises before it computes (up to ${number(rate(most))} a second)`, cells: [most] }] : [];
}

export function larger(mode: string, spots: readonly Spot[]): Part[] {
  const those = spots.filter(({ verdict, modes }) => verdict === 'alone' && modes.includes(mode));
  const last = those.at(-1);
  return last
    ? [{ text: `tasks of up to ${sizeOf(last)}, which no other takes`, cells: those.flatMap((spot) => spot.cells) }]
    : [];
}

/** What a team pays for besides time, of one task. */
export const CPU = ['computeCpuMs', 'overheadUs'] as const satisfies FigureName[];

export function cheaper(lost: readonly Pair[]): Part[] {
  return [...CPU, 'peakRssBytes' as const].flatMap((figure) => {
    const those = apartBy(lost, figure).filter(([, times]) => times < 1);
    const [best] = those[0] ?? [];
    if (!best) return [];
    const { show }: Figure = FIGURES[figure];
    const [name, unit] = nameAndUnit(figure);
    const value = (cell: CompareCell) => show(cell.figures[figure]?.median ?? 0);
    const text = `less ${name} in ${cells(those.length)} (${value(best.own)} instead of ${value(best.winner)}${unit} at ${place(best.spot)})`;
    return [{ text, cells: carriedBy(those.map(([pair]) => pair)) }];
  });
}

/** Of a title: what is measured, and in which unit if the figure itself does not show it. */
export function nameAndUnit(figure: FigureName): [name: string, unit: string] {
  const [, name = '', unit = ''] = /^(.*?)( ms| us)?$/.exec(FIGURES[figure].title) ?? [];
  return [name, unit];
}
