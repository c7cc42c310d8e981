/** `make test` and `make lint`: one step after the other, to the first that fails, and a count of the tests at the end. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { root } from './settings.ts';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where the counts of a step that tests come from. */
  readonly counts?: 'cargo' | 'vitest';
}

const report = join(mkdtempSync(join(tmpdir(), 'heavy-lifter-test-')), 'report.json');
const vitest = (...args: string[]) => [
  'npx',
  '--no-install',
  'vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile=${report}`,
  ...args,
];

const lint: Step[] = [
  {
    name: 'format and lint TypeScript',
    command: ['npx', '--no-install', 'biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'types of the tests', command: ['npx', '--no-install', 'tsc', '-p', 'tsconfig.tests.json'] },
  { name: 'schemas are not stale', command: ['npm', 'run', '-s', 'schemas', '--', '--check'] },
  { name: 'format Rust', command: ['cargo', 'fmt', '--check'] },
  {
    name: 'lint Rust',
    command: ['cargo', 'clippy', '--workspace', '--all-targets', '--locked', '--quiet', '--', '-D', 'warnings'],
  },
];
const tests: Step[] = [
  {
    name: 'Rust: unit, contract, bad days',
    command: ['cargo', 'test', '--workspace', '--locked', '--no-fail-fast'],
    counts: 'cargo',
  },
  { name: 'TypeScript: unit, conformance, contract', command: vitest('--project', 'unit'), counts: 'vitest' },
  ...['local', 'docker'].map(
    (runtime): Step => ({
      name: `end to end, RUNTIME=${runtime}`,
      command: vitest('--project', 'e2e'),
      env: { E2E_RUNTIME: runtime },
      counts: 'vitest',
    }),
  ),
];

/** Elsewhere than in CI, where it would hide a defect, the containers' tests are left out where there is no engine. */
function leftOut({ env }: Step): string | undefined {
  if (env?.E2E_RUNTIME !== 'docker' || process.env.CI) return undefined;
  try {
    execFileSync('docker', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'left out: no container engine answers';
  }
}

const rows: string[][] = [];
const total = { passed: 0, failed: 0 };
const failures: { name: string; why: string }[] = [];
const MAX_WHY = 3_000;
let broken = false;
for (const step of process.argv[2] === 'lint' ? lint : [...lint, ...tests]) {
  console.log(`\n== ${step.name}`);
  const why = leftOut(step);
  if (why) {
    rows.push([step.name, why, '', '', '']);
    continue;
  }
  const startedAt = performance.now();
  const { ok, passed, failed } = run(step);
  total.passed += passed;
  total.failed += failed;
  const seconds = `${Math.round((performance.now() - startedAt) / 1000)} s`;
  rows.push([
    step.name,
    ok ? 'ok' : 'FAILED',
    step.counts ? String(passed) : '',
    step.counts ? String(failed) : '',
    seconds,
  ]);
  broken = !ok;
  if (broken) break;
}
rmSync(join(report, '..'), { recursive: true, force: true });
// Again at the end, because some show the end of a log only.
for (const { name, why } of failures) console.log(`\nFAILED: ${name}\n${why}`);
console.log(`\n${markdownTable([['step', '', 'passed', 'failed', 'time'], ...rows], { align: [...'llrrr'] })}\n`);
if (process.argv[2] !== 'lint') console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = broken ? 1 : 0;

function run({ command, env, counts }: Step): { ok: boolean; passed: number; failed: number } {
  const [program = '', ...args] = command;
  const capture = counts === 'cargo';
  const { status, stdout } = spawnSync(program, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
    maxBuffer: 100_000_000,
  });
  if (capture) process.stdout.write(stdout);
  const counted =
    counts === 'cargo' ? countCargo(stdout) : counts === 'vitest' ? countVitest() : { passed: 0, failed: 0 };
  return { ok: status === 0, ...counted };
}

/** Sums cargo's own closing lines, one for each test binary. */
function countCargo(output: string) {
  const lines = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)];
  const sum = (group: number) => lines.reduce((total, line) => total + Number(line[group]), 0);
  return { passed: sum(1), failed: sum(2) };
}

/** The part of vitest's JSON report that is read here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function countVitest() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
    for (const { assertionResults } of testResults)
      for (const { status, fullName, failureMessages } of assertionResults)
        if (status === 'failed') failures.push({ name: fullName, why: failureMessages.join('\n').slice(0, MAX_WHY) });
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    // It did not come as far as a report; its exit code says that it failed.
    return { passed: 0, failed: 0 };
  }
}
