/** What `make test` and `make lint` say of their steps, and what `make lint` leaves out. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countCargo } from '../src/check/cargo.ts';
import { rustIsUnchanged } from '../src/check/rust.ts';
import { summary } from '../src/check/summary.ts';

const CARGO = `     Running unittests src/lib.rs (target/release/deps/rust_worker-0123456789abcdef)

running 1 test
test payload::tests::reads ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

     Running tests/jobs.rs (target/release/deps/jobs-0123456789abcdef)

running 2 tests
test a_job_is_done ... ok
test another ... FAILED

failures:

---- another stdout ----
thread 'another' panicked at rust-worker/tests/jobs.rs:7:5:
why it failed

failures:
    another

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 3.25s

   Doc-tests workload

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;

it('the counts of cargo are those of all its test binaries, with their names and times', () => {
  const { passed, failed, files, failures } = countCargo(CARGO);
  expect([passed, failed]).toEqual([2, 1]);
  expect(files).toEqual([
    { file: 'rust_worker src/lib.rs', seconds: 0.01 },
    { file: 'jobs tests/jobs.rs', seconds: 3.25 },
    { file: 'workload (doc)', seconds: 0 },
  ]);
  expect(failures).toHaveLength(1);
  expect(failures[0]?.name).toBe('jobs tests/jobs.rs another');
  expect(failures[0]?.why).toMatch(/why it failed$/);
});

it('the end of a run has the slowest files, the steps with their times, and the counts as its last line', () => {
  const files = Array.from({ length: 30 }, (_, n) => ({ file: `file-${n}.test.ts`, seconds: n }));
  const failures = [{ name: 'a test', why: 'a reason' }];
  const outcomes = [
    { name: 'lint', ok: true, seconds: 3 },
    { name: 'unit', ok: false, seconds: 435, counts: { passed: 7, failed: 1, files, failures } },
    { name: 'containers', ok: true, seconds: 0, leftOut: 'left out: no engine' },
  ];
  const lines = summary(outcomes, { seconds: 438, tests: true }).split('\n');
  expect(lines.at(-1)).toBe('7 passed, 1 failed');
  const text = lines.join('\n');
  expect(text).toContain('FAILED: a test\na reason');
  expect(text).toMatch(/^\| in all .* 438 s \|$/m);
  expect(text).toMatch(/^\| containers +\| left out: no engine +\|/m);
  const shown = [...text.matchAll(/^\| file-(\d+)\.test\.ts +\| unit/gm)].map(([, n]) => Number(n));
  expect(shown).toEqual(Array.from({ length: 20 }, (_, n) => 29 - n));
});

describe('clippy is left out where the Rust is that of the main branch', () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: folder });
  const write = (name: string) => writeFileSync(join(folder, name), `${Math.random()}`);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-lint-'));
    git('init', '-q', '-b', 'main');
    for (const name of ['a.rs', 'a.ts']) write(name);
    git('add', '.');
    git('commit', '-q', '-m', 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('also after changes in TypeScript', () => {
    expect(rustIsUnchanged(folder)).toMatch(/^left out/);
    write('a.ts');
    write('b.ts');
    expect(rustIsUnchanged(folder)).toMatch(/^left out/);
  });

  it.each(['a.rs', 'b.rs', 'Cargo.toml', 'clippy.toml'])('not after a change in %s', (name) => {
    write(name);
    expect(rustIsUnchanged(folder)).toBeUndefined();
  });

  it('not on a branch that has committed one', () => {
    git('checkout', '-q', '-b', 'topic');
    write('a.rs');
    git('commit', '-q', '-a', '-m', 'second');
    expect(rustIsUnchanged(folder)).toBeUndefined();
  });

  it('not where no repository tells', () => {
    rmSync(join(folder, '.git'), { recursive: true });
    expect(rustIsUnchanged(folder)).toBeUndefined();
  });
});
