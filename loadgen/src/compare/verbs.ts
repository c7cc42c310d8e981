/** What the program can do about comparisons. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { valid } from '../bench/config.ts';
import { Failure } from '../failure.ts';
import type { Verb } from '../verb.ts';
import { readCompareConfig } from './config.ts';
import { isOfCeilings, Journal } from './journal.ts';
import { planCalibration, planCompare } from './plan.ts';
import { CompareResult, resultOf } from './result.ts';
import { compareRuns, renderRuns } from './runs.ts';
import { saveCalibration, saveCompare } from './save.ts';
import { visit } from './visit.ts';
import { visitCeilings } from './visit-ceilings.ts';

export const compareVerbs: Record<string, Verb> = {
  'compare-plan': async () => planCompare(settings()),
  'calibrate-plan': async () => planCalibration(settings()),

  'compare-visit': visitOne,
  'calibrate-visit': visitOne,

  async 'compare-report'([folder = '']) {
    console.log(`\n${saveCompare(measured(folder), folder)}`);
    return folder;
  },

  async 'calibrate-report'([folder = '']) {
    console.log(`\n${saveCalibration(measured(folder), folder)}`);
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

async function visitOne([folder = '', mode = '', repetition = '']: string[], signal: AbortSignal): Promise<undefined> {
  const here = { mode, repetition: Number(repetition) };
  await (isOfCeilings(here) ? visitCeilings : visit)(settings(), folder, here, signal);
}

function measured(folder: string): CompareResult {
  const result = resultOf(Journal.read(folder));
  if (!result) throw new Failure('no cell has a result');
  return result;
}

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
