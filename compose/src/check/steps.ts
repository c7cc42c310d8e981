/** What `make lint`, `make test` and `make test-long` run. */
import { execFileSync } from 'node:child_process';
import { rustIsUnchanged } from './rust.ts';

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the counts of a step that tests come from. */
  readonly counts?: 'cargo' | 'vitest';
  /** A reason to leave it out, if there is one. */
  readonly leftOut?: () => string | undefined;
}

/** Steps that run beside each other: none needs another one's result, ports, files or quiet. */
export type Stage = readonly Step[];

const npx = (...words: string[]) => ['npx', '--no-install', ...words];
const vitest = (...words: string[]) =>
  npx('vitest', 'run', '--reporter=default', '--reporter=./compose/test/reporter.ts', ...words);

const clippy: Step = {
  name: 'lint Rust',
  // In the profile of the tests, so that macros and build scripts are compiled once for both.
  command: 'cargo clippy --workspace --all-targets --locked --quiet -- -D warnings'.split(' '),
};
const formatsAndTypes: Stage = [
  { name: 'format and lint TypeScript', command: npx('biome', 'check', '--error-on-warnings', '.') },
  { name: 'types of the tests', command: npx('tsc', '-p', 'tsconfig.tests.json') },
  { name: 'schemas are not stale', command: ['npm', 'run', '-s', 'schemas', '--', '--check'] },
  { name: 'format Rust', command: ['cargo', 'fmt', '--check'] },
];

const cargoTest = 'cargo test --workspace --locked --no-fail-fast';
const rust: Step = {
  name: 'Rust: unit, contract, bad days',
  // Names of binaries come on stderr, their counts on stdout: in one stream they keep their order.
  command: ['sh', '-c', `${cargoTest} 2>&1`],
  counts: 'cargo',
};
const unit: Step = {
  name: 'TypeScript: unit, conformance, contract',
  command: vitest('--project', 'unit'),
  counts: 'vitest',
};
/** All of it, or what `only` names. */
const endToEnd = (runtime: 'local' | 'docker', env: Record<string, string> = {}, only: string[] = []): Step => ({
  name: `end to end, RUNTIME=${runtime}${only.map((path) => `, ${path}`)}`,
  command: vitest('--project', 'e2e', ...only.map((path) => `compose/test/e2e/${path}`)),
  env: { E2E_RUNTIME: runtime, ...env },
  counts: 'vitest',
  ...(runtime === 'docker' && { leftOut: withoutEngine }),
});

/** Elsewhere than in CI, where it would hide a defect, the containers' tests are left out where there is no engine. */
function withoutEngine(): string | undefined {
  if (process.env.CI) return undefined;
  try {
    execFileSync('docker', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'left out: no container engine answers';
  }
}

const stages: Record<string, readonly Stage[]> = {
  lint: [formatsAndTypes, [{ ...clippy, leftOut: rustIsUnchanged }]],
  // Beside each other: tests wait more than they compute, nothing of theirs is timed, and their ports are apart.
  test: [formatsAndTypes, [clippy], [rust, unit], [endToEnd('local'), endToEnd('docker')]],
  long: [
    [endToEnd('local', { STREAMS: '10000', E2E_LONG: '1' }, ['streams', 'long'])],
    [endToEnd('docker', { E2E_LONG: '1' }, ['once', 'long'])],
  ],
};

/** The stages of one of `lint`, `test`, `long`, in their order. Throws if there is no such word. */
export function stagesOf(word: string): readonly Stage[] {
  const found = stages[word];
  if (!found) throw new Error(`${word}: must be one of ${Object.keys(stages).join(', ')}`);
  return found;
}
