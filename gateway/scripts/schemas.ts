/** Writes `workloads/count/schemas/*.schema.json` and `workloads/count/openapi.yaml`; with `--check` it only says what is stale. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { openapi } from '../src/openapi.ts';
import { schemas } from '../src/schemas.ts';

const contract = new URL('../../workloads/count/', import.meta.url);
const files: [name: string, text: string][] = Object.entries(schemas).map(([name, schema]) => [
  `schemas/${name}.schema.json`,
  `${JSON.stringify(schema, null, 2)}\n`,
]);
files.push(['openapi.yaml', stringify(openapi, { aliasDuplicateObjects: false })]);

mkdirSync(new URL('schemas/', contract), { recursive: true });
for (const [name, text] of files) {
  const file = new URL(name, contract);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`workloads/count/${name} is stale: npm run schemas`);
    process.exitCode = 1;
  }
}
