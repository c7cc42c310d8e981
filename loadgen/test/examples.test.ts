/** The figures of README and docs, and the committed results that they come from. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { modeNames } from '../../gateway/src/mode-names.ts';
import { Result } from '../src/bench/result.ts';
import { renderScoreboard } from '../src/bench/scoreboard.ts';
import { renderClaims } from '../src/claims/report.ts';
import { ClaimsResult } from '../src/claims/result.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}loadgen/examples/${path}`, 'utf8');
const board = Result.array().parse(JSON.parse(read('scoreboard/scoreboard.json')).runs);
const claims = ClaimsResult.parse(JSON.parse(read('claims/result.json')));
const chaos = JSON.parse(read('chaos/result.json'));

it('README and docs show what the committed results come to', () => {
  expect(() =>
    execFileSync(process.execPath, [`${root}loadgen/scripts/figures.ts`, '--check'], { stdio: 'pipe' }),
  ).not.toThrow();
});

it('the reports are those of the results', () => {
  expect(read('scoreboard/report.md')).toBe(`${renderScoreboard(board)}\n`);
  expect(read('claims/report.md')).toBe(`${renderClaims(claims)}\n`);
});

it('the scoreboard has modes that there are, under the load that docs/results.md names, in one run of one commit', () => {
  // A new mode is measured when the figures are renewed, with all others: this is not the place to ask for it.
  expect(modeNames).toEqual(expect.arrayContaining(board.map(({ mode }) => mode)));
  expect(board.length).toBeGreaterThanOrEqual(7);
  for (const { request, versions } of board) {
    expect(request).toMatchObject({ connections: 100, durationS: 10, ops: 20_000_000, chunks: 8, rate: null });
    expect(versions.commit).toBe(board[0]?.versions.commit);
  }
});

it.each([
  ['scoreboard', board.map(({ versions }) => versions.commit)],
  ['claims', Object.values(claims.runs).map(({ versions }) => versions.commit)],
  ['chaos', [chaos.versions.commit]],
])('%s was measured at a commit, with nothing changed', (_name, commits) => {
  for (const commit of commits) expect(commit).toMatch(/^[0-9a-f]{7,40}$/);
});
