/** What the program can do about comparisons. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { valid } from '../config.ts';
import { Failure } from '../failure.ts';
import { readCompareConfig } from './config.ts';
import { Journal } from './journal.ts';
import { planCompare } from './plan.ts';
import { saveCompare } from './report.ts';
import { CompareResult, resultOf } from './result.ts';
import { compareRuns, renderRuns } from './runs.ts';
import { visit } from './visit.ts';

type Verb = (args: string[], signal: AbortSignal) => Promise<string | undefined>;

/** Each resolves to the folder that it worked on, if the caller needs it. */
export const compareVerbs: Record<string, Verb> = {
  'compare-plan': async () => planCompare(settings()),

  async 'compare-visit'([folder = '', mode = '', repetition = ''], signal) {
    await visit(settings(), folder, { mode, repetition: Number(repetition) }, signal);
    return undefined;
  },

  async 'compare-report'([folder = '']) {
    const result = resultOf(Journal.read(folder));
    if (!result) throw new Failure('no cell has a result');
    console.log(`\n${saveCompare(result, folder)}`);
    return folder;
  },

  async 'compare-runs'([a = '', b = '']) {
    const verdict = compareRuns(read(a), read(b));
    if (verdict.pairs.length === 0) throw new Failure('they have no cell in common', 2);
    console.log(renderRuns(verdict));
    if (!verdict.equal) process.exitCode = 1;
    return undefined;
  },
};

const settings = () => valid(readCompareConfig(process.env));

function read(folder: string): CompareResult {
  const file = folder.endsWith('.json') ? folder : join(folder, 'result.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Failure(`there is no ${file}`, 2);
  }
  const { data, error } = CompareResult.safeParse(JSON.parse(text));
  if (!data) throw new Failure(`${file} is not the result of a comparison: ${error.message}`, 2);
  return data;
}
