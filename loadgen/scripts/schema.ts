/** Writes `schema/*.schema.json` from the zod schemas of results; with `--check` it only says which are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { Result } from '../src/bench/result.ts';
import { ChaosResult } from '../src/chaos/result.ts';
import { ClaimsResult } from '../src/claims/result.ts';
import { RepeatedResult } from '../src/compare/repeated.ts';
import { CompareResult } from '../src/compare/result.ts';

const schemas = {
  result: ['Result', Result],
  'chaos-result': ['ChaosResult', ChaosResult],
  'compare-result': ['CompareResult', CompareResult],
  'repeated-result': ['RepeatedResult', RepeatedResult],
  'claims-result': ['ClaimsResult', ClaimsResult],
} as const;

for (const [name, [title, schema]] of Object.entries(schemas)) {
  const file = new URL(`../schema/${name}.schema.json`, import.meta.url);
  const text = `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`loadgen/schema/${name}.schema.json is stale: npm run schemas`);
    process.exitCode = 1;
  }
}
