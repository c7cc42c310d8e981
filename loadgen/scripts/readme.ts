/** Writes the README's tables of committed results between their markers; with `--check` it only says which are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { claimsTable } from '../src/claims/report.ts';
import { ClaimsResult } from '../src/claims/result.ts';
import { Result } from '../src/result.ts';
import { scoreboardTable } from '../src/scoreboard.ts';

const file = new URL('../../README.md', import.meta.url);
const example = (path: string) => JSON.parse(readFileSync(new URL(`../examples/${path}`, import.meta.url), 'utf8'));

function scoreboard(): string {
  const runs = Result.array().parse(example('scoreboard/scoreboard.json').runs);
  return `${provenance(runs[0], 'scoreboard')}\n\n${scoreboardTable(runs)}`;
}

function claims(): string {
  const { runs } = ClaimsResult.parse(example('claims/result.json'));
  return `${provenance(runs.pool, 'claims')}\n\n${claimsTable(runs)}`;
}

/** Where, when and of which commit. */
function provenance(run: Result | undefined, name: string): string {
  if (!run) throw new Error(`loadgen/examples/${name} has no run`);
  const { machine, plan, startedAt, versions } = run;
  const cores = `${machine.cores} cores, of which the services have ${plan.serviceCores}`;
  return `${machine.cpu}, ${cores}, ${startedAt.slice(0, 10)}, commit ${versions.commit} ([report](loadgen/examples/${name}/report.md)):`;
}

let readme = readFileSync(file, 'utf8');
for (const [name, text] of Object.entries({ scoreboard: scoreboard(), claims: claims() })) {
  const [begin, end] = [`<!-- ${name}: npm run schemas -->\n\n`, `\n\n<!-- end of ${name} -->`];
  const [before = '', rest] = readme.split(begin);
  const [shown, after] = rest?.split(end) ?? [];
  if (after === undefined) throw new Error(`README.md has no marks for ${name}`);
  if (process.argv.includes('--check') && shown !== text) {
    console.error(`README.md: ${name} is stale: npm run schemas`);
    process.exitCode = 1;
  }
  readme = before + begin + text + end + after;
}
if (!process.argv.includes('--check')) writeFileSync(file, readme);
