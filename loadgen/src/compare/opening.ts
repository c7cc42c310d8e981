/** What a comparison opens with: the answer, its picture, what another choice costs, and the cells that carry it. */
import { type Headline, headlineOf } from './headline.ts';
import { labelOf } from './map.ts';
import { otherwiseOf } from './otherwise.ts';
import { callers, evidenceOf, figuresOf, inWords, nameOf, type Part, type Sentence } from './parts.ts';
import type { CompareResult } from './result.ts';
import { sizeOf } from './sentences.ts';
import { type Spot, spotsOf } from './spots.ts';
import { type Table, words } from './table.ts';

export interface Opening extends Headline {
  readonly spots: readonly Spot[];
  /** For each mode that lost somewhere. */
  readonly otherwise: readonly Sentence[];
  /** Numbered from 1 on, in the order in which the sentences have them. */
  readonly evidence: readonly Part[];
}

export function openingOf(result: CompareResult): Opening {
  const spots = spotsOf(result);
  const headline = headlineOf(result, spots);
  const otherwise = otherwiseOf(result, spots);
  const all = [...headline.sentences, ...(headline.caveats ? [headline.caveats] : []), ...otherwise];
  return { ...headline, spots, otherwise, evidence: evidenceOf(all) };
}

export const RULE =
  'Who wins: whoever makes others wait is out, then the fastest, by p50 for one caller, by completed/s for several. ' +
  'Work: what the task takes one core of the JS kernel.';

export const NOT_HERE = 'What survives when a process dies is measured by make chaos, not here.';

/** In words: numbers in brackets are those of the evidence. */
export function openingInWords({ sentences, caveats, otherwise, spots, evidence }: Opening): string {
  const said = (sentence: Sentence) => inWords(sentence, evidence);
  const sections = [
    ...sentences.map(said),
    ...(caveats ? [said(caveats)] : []),
    RULE,
    ...(spots.length > 0 ? [`## Who wins\n\n${words(mapTable(spots))}`] : []),
    ...(otherwise.length > 0 ? [`## Choosing otherwise\n\n${listed(otherwise.map(said))}`] : []),
    NOT_HERE,
  ];
  return sections.join('\n\n');
}

/** The cells by their numbers, for further down. */
export function evidenceInWords({ evidence }: Opening): string {
  const lines = evidence.map(({ text, cells }, index) => {
    const those = cells.map((cell) => `   - ${nameOf(cell)}: ${figuresOf(cell)}`);
    return [`${index + 1}. ${text}`, ...those].join('\n');
  });
  return lines.join('\n');
}

function mapTable(spots: readonly Spot[]): Table {
  const numbers = [...new Set(spots.map(({ connections }) => connections))].sort((a, b) => a - b);
  const rows = [...Map.groupBy(spots, ({ ops }) => ops).values()].map((row) => [
    sizeOf(row[0] as Spot),
    ...numbers.map((number) => {
      const spot = row.find(({ connections }) => connections === number);
      return spot ? labelOf(spot).join(' ') : '';
    }),
  ]);
  return { head: ['', ...numbers.map(callers)], rows, align: 'r'.padEnd(numbers.length + 1, 'l') };
}

const listed = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');
