/** What a task is made of is known in `workloads/` alone; whoever else needs it asks `types.ts`. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const WORDS_OF_COUNT = /\b(?:checksum|fmix32|seed|opsPerSecondPerCore)\b/;
/** Programs and what builds and starts them; not what is written about them, or by them. */
const PROGRAM = /\.(?:ts|js|mjs|rs|sh|env)$|Dockerfile$|^Makefile$/;
/** Claims are the original's, and speak of its work. */
const ALLOWED = /^workloads\/|\/tests?\/|^loadgen\/src\/claims\//;

it('no file elsewhere speaks of what the one workload is made of', () => {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  const programs = files.filter((file) => PROGRAM.test(file) && !ALLOWED.test(file));
  expect(programs.length).toBeGreaterThan(300);
  const found = programs.filter((file) => {
    // Tests within a Rust file stand at its end.
    const [text = ''] = readFileSync(`${root}/${file}`, 'utf8').split('#[cfg(test)]');
    return WORDS_OF_COUNT.test(text);
  });
  expect(found).toEqual([]);
});
