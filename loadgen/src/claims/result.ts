/** A replay's result: `results/<time>-claims/result.json`. The JSON Schema in `schema/` is generated from this. */
import { appendFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { Result } from '../bench/result.ts';
import { Failure } from '../failure.ts';
import { type RunName, runNames } from './plan.ts';

const Runs = z.record(z.enum(runNames), Result);
export type Runs = z.infer<typeof Runs>;

export const ClaimsResult = z.object({ schema: z.literal(1), id: z.string(), runs: Runs });
export type ClaimsResult = z.infer<typeof ClaimsResult>;

const RUNS_FILE = 'runs.jsonl';

/** Writes down a run as soon as there is one. */
export function addRun(folder: string, name: RunName, result: Result): void {
  appendFileSync(join(folder, RUNS_FILE), `${JSON.stringify({ name, result })}\n`);
}

/** What the runs of a folder come to. Throws a `Failure` that names what is missing. */
export function readRuns(folder: string): ClaimsResult {
  const file = join(folder, RUNS_FILE);
  let lines: string[];
  try {
    lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    throw new Failure(`there is no ${file}`);
  }
  const runs = Object.fromEntries(lines.map((line) => JSON.parse(line)).map(({ name, result }) => [name, result]));
  const missing = runNames.filter((name) => !runs[name]);
  if (missing.length > 0) throw new Failure(`${file} lacks ${missing.join(', ')}`);
  return ClaimsResult.parse({ schema: 1, id: basename(folder), runs });
}
