/** Writes `workload/schemas/*.schema.json` and `workload/openapi.yaml`; with `--check` it only says what is stale. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { openapi } from '../src/openapi.ts';
import { schemas } from '../src/schemas.ts';

const workload = new URL('../../workload/', import.meta.url);
const files: [name: string, text: string][] = Object.entries(schemas).map(([name, schema]) => [
  `schemas/${name}.schema.json`,
  `${JSON.stringify(schema, null, 2)}\n`,
]);
files.push(['openapi.yaml', stringify(openapi, { aliasDuplicateObjects: false })]);

mkdirSync(new URL('schemas/', workload), { recursive: true });
for (const [name, text] of files) {
  const file = new URL(name, workload);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`workload/${name} is stale: npm run schemas`);
    process.exitCode = 1;
  }
}
