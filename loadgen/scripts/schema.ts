/** Writes `schema/result.schema.json` from the zod schema; with `--check` it only says whether it is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { Result } from '../src/result.ts';

const file = new URL('../schema/result.schema.json', import.meta.url);
const text = `${JSON.stringify({ title: 'Result', ...z.toJSONSchema(Result) }, null, 2)}\n`;

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('loadgen/schema/result.schema.json is stale: npm run schemas');
  process.exitCode = 1;
}
