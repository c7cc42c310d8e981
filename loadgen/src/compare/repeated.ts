/** One bench, several times: medians and ranges, for whoever quotes a figure. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Disturbed, inWords, summaryOf } from '../bench/disturbance.ts';
import { comparability, loadOf } from '../bench/report.ts';
import { Result } from '../bench/result.ts';
import { contextOf } from '../bench/where.ts';
import { runId } from '../run-id.ts';
import { FIGURES, type Figure, figureNames } from './figures.ts';
import { Figures, figuresOf } from './result.ts';
import { type Table, words } from './table.ts';

export const RepeatedResult = z.object({
  schema: z.literal(1),
  /** Also the folder's name. */
  id: z.string(),
  /** Of the runs on an undisturbed machine where these are more, else of all. */
  figures: Figures,
  disturbed: Disturbed.nullable(),
  runs: z.array(Result).min(2),
});
export type RepeatedResult = z.infer<typeof RepeatedResult>;

export function repeatedOf(runs: readonly Result[]): RepeatedResult {
  const [first] = runs;
  if (!first) throw new Error('no run');
  const id = runId(new Date(first.startedAt), `${first.mode}-repeated`);
  const disturbed = summaryOf(runs.map(({ disturbance }) => disturbance));
  return { schema: 1, id, figures: figuresOf(runs), disturbed, runs: [...runs] };
}

/** Writes words and result into a folder of their own; returns the words and its path. */
export function saveRepeated(result: RepeatedResult, resultsDir: string): { text: string; folder: string } {
  const folder = join(resultsDir, result.id);
  const text = renderRepeated(result);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), `${text}\n`);
  return { text, folder };
}

export function renderRepeated(result: RepeatedResult): string {
  const { runs, disturbed } = result;
  const [first] = runs as [Result];
  const notes = [...new Set(runs.flatMap((run) => run.notes))];
  const comparable = runs.every((run) => run.comparable);
  return [
    comparability({ comparable, notes }, inWords(disturbed, 'runs')),
    `# ${first.mode}, ${runs.length} runs: ${loadOf(first)}`,
    `## Medians and ranges\n\n${words(figureTable(result))}`,
    `## The runs\n\n${runs.map(({ id }) => `- ${id}`).join('\n')}`,
    `## Where\n\n${contextOf(first)}`,
  ].join('\n\n');
}

function figureTable({ figures }: RepeatedResult): Table {
  const rows = figureNames.flatMap((name) => {
    const range = figures[name];
    const { title, show }: Figure = FIGURES[name];
    return range ? [[title, show(range.median), show(range.min), show(range.max), `${range.values.length}`]] : [];
  });
  return { head: ['', 'median', 'least', 'most', 'runs'], rows, align: 'lrrrr' };
}
