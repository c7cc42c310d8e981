/** Writes the README's tables and the reports of committed results; with `--check` it only says which are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { claimsTable, renderClaims } from '../src/claims/report.ts';
import { ClaimsResult } from '../src/claims/result.ts';
import { Result } from '../src/result.ts';
import { renderScoreboard, scoreboardTable } from '../src/scoreboard.ts';

const README = new URL('../../README.md', import.meta.url);
const example = (path: string) => new URL(`../examples/${path}`, import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(example(path), 'utf8'));

const board = Result.array().parse(json('scoreboard/scoreboard.json').runs);
const claims = ClaimsResult.parse(json('claims/result.json'));

/** Where, when and of which commit. */
function provenance(run: Result | undefined, name: string): string {
  if (!run) throw new Error(`loadgen/examples/${name} has no run`);
  const { machine, plan, startedAt, versions } = run;
  const cores = `${machine.cores} cores, of which the services have ${plan.serviceCores}`;
  return `${machine.cpu}, ${cores}, ${startedAt.slice(0, 10)}, commit ${versions.commit} ([report](loadgen/examples/${name}/report.md)):`;
}

/** The text with what stands between the marks of `name` replaced. */
function between(readme: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}: npm run schemas -->\n\n`, `\n\n<!-- end of ${name} -->`];
  const [before = '', rest] = readme.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`README.md has no marks for ${name}`);
  return before + begin + text + end + after;
}

function write(file: URL, text: string): void {
  if (readFileSync(file, 'utf8') === text) return;
  if (process.argv.includes('--check')) {
    console.error(`${file.pathname} is stale: npm run schemas`);
    process.exitCode = 1;
  } else writeFileSync(file, text);
}

const withBoard = between(
  readFileSync(README, 'utf8'),
  'scoreboard',
  `${provenance(board[0], 'scoreboard')}\n\n${scoreboardTable(board)}`,
);
write(README, between(withBoard, 'claims', `${provenance(claims.runs.pool, 'claims')}\n\n${claimsTable(claims.runs)}`));
write(example('scoreboard/report.md'), `${renderScoreboard(board)}\n`);
write(example('claims/report.md'), `${renderClaims(claims)}\n`);
