/** Writes the figures of README and docs and the reports of committed results; with `--check` it only says which are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Result } from '../src/bench/result.ts';
import { renderScoreboard } from '../src/bench/scoreboard.ts';
import { renderChaos } from '../src/chaos/report.ts';
import { ChaosResult } from '../src/chaos/result.ts';
import { renderClaims } from '../src/claims/report.ts';
import { ClaimsResult } from '../src/claims/result.ts';
import { boardTable, chaosTables, claimsList, modesTable, provenance } from './figures/tables.ts';

const root = new URL('../../', import.meta.url);
const example = (path: string) => new URL(`loadgen/examples/${path}`, root);
const json = (path: string) => JSON.parse(readFileSync(example(path), 'utf8'));

const board = Result.array().parse(json('scoreboard/scoreboard.json').runs);
const claims = ClaimsResult.parse(json('claims/result.json'));
const chaos = ChaosResult.parse(json('chaos/result.json'));

/** A page with what stands between the marks of `name` replaced. */
function between(page: string, name: string, text: string): void {
  const file = new URL(page, root);
  const [begin, end] = [`<!-- ${name}: npm run schemas -->\n\n`, `\n\n<!-- end of ${name} -->`];
  const [before = '', rest] = readFileSync(file, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${page} has no marks for ${name}`);
  write(file, before + begin + text + end + after);
}

function write(file: URL, text: string): void {
  if (readFileSync(file, 'utf8') === text) return;
  if (process.argv.includes('--check')) {
    console.error(`${fileURLToPath(file)} is stale: npm run schemas`);
    process.exitCode = 1;
  } else writeFileSync(file, text);
}

const report = (name: string, folder = '../') => `[report](${folder}loadgen/examples/${name}/report.md)`;
between('README.md', 'modes', `${modesTable(board)}\n\n${provenance(board[0])} (${report('scoreboard', '')}).`);
between('docs/results.md', 'scoreboard', `${provenance(board[0])} (${report('scoreboard')}):\n\n${boardTable(board)}`);
between(
  'docs/claims.md',
  'claims',
  `${provenance(claims.runs.pool)} (${report('claims')}):\n\n${claimsList(claims.runs)}`,
);
between('docs/chaos.md', 'chaos', `${provenance(chaos)} (${report('chaos')}):\n\n${chaosTables(chaos)}`);
write(example('scoreboard/report.md'), `${renderScoreboard(board)}\n`);
write(example('claims/report.md'), `${renderClaims(claims)}\n`);
write(example('chaos/report.md'), `${renderChaos([chaos])}\n`);
