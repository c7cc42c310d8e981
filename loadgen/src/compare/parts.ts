/** What is said, in parts that name the cells they rest on: the same for the terminal and for the page. */
import { number } from '../format.ts';
import { isDisturbed } from './disturbed.ts';
import { FIGURES, type Figure, type FigureName } from './figures.ts';
import type { CompareCell } from './result.ts';
import { speedFigure } from './spots.ts';

export interface Part {
  readonly text: string;
  readonly cells: readonly CompareCell[];
}

export interface Sentence {
  /** What it is about, before the parts. */
  readonly lead: string;
  readonly parts: readonly Part[];
}

/** Fewer have no percentile worth the name. */
export const FEW_ANSWERS = 30;

/** The parts of all sentences that rest on cells, in the order in which they are numbered, from 1 on. */
export function evidenceOf(sentences: readonly Sentence[]): Part[] {
  return sentences.flatMap(({ parts }) => parts.filter(({ cells }) => cells.length > 0));
}

/** The cell's place, for links within the page. */
export function idOf({ mode, ops, connections }: CompareCell): string {
  return `cell-${mode}-${ops}-${connections}`;
}

export function nameOf({ mode, ops, connections }: CompareCell): string {
  return `${mode}, ${number(ops)} ops, ${callers(connections)}`;
}

export function callers(connections: number): string {
  return `${connections} ${connections === 1 ? 'caller' : 'callers'}`;
}

/** How fast it is, by what it is judged by. */
export function speedOf(cell: CompareCell): string {
  return range(cell, speedFigure(cell.connections));
}

/** The figures by which the cell is judged, with how much they rest on. */
export function figuresOf(cell: CompareCell): string {
  return [
    speedOf(cell),
    range(cell, 'bystanderP99Ms'),
    `${number(cell.served)} answers${cell.served < FEW_ANSWERS ? ' (few)' : ''}`,
    ...(cell.notServed > 0 ? [`${number(cell.notServed)} not served`] : []),
    ...(isDisturbed(cell) ? ['disturbed'] : []),
  ].join(', ');
}

function range({ figures }: CompareCell, name: FigureName): string {
  const { title, show }: Figure = FIGURES[name];
  const value = figures[name];
  return value ? `${title} ${show(value.median)} (${show(value.min)} to ${show(value.max)})` : `no ${title}`;
}

/** With numbers in brackets where the page has links: the places of the parts in the evidence, from 1 on. */
export function inWords({ lead, parts }: Sentence, evidence: readonly Part[]): string {
  const texts = parts.map((part) => {
    const place = evidence.indexOf(part) + 1;
    return place > 0 ? `${part.text} [${place}]` : part.text;
  });
  return `${lead}${texts.join('; ')}.`;
}
