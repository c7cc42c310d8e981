/** Writes `dashboards/*.json`; with `--check` it only says what is stale. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dashboards } from '../src/dashboards.ts';

const folder = new URL('../dashboards/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, dashboard] of Object.entries(dashboards)) {
  const file = new URL(`${name}.json`, folder);
  const text = `${JSON.stringify(dashboard, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`grafana/dashboards/${name}.json is stale: npm run schemas`);
    process.exitCode = 1;
  }
}
