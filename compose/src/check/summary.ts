/** The end of a run: what failed, the slowest files, the steps, the counts. */
import { markdownTable } from 'markdown-table';
import type { Outcome } from './outcome.ts';

const SLOWEST = 20;

/** `tests`: whether there are tests to count. Its last line is then "N passed, N failed". */
export function summary(outcomes: readonly Outcome[], { seconds, tests }: { seconds: number; tests: boolean }): string {
  const counts = outcomes.flatMap(({ counts }) => counts ?? []);
  // Again at the end, because some show the end of a log only.
  const failures = counts.flatMap(({ failures }) => failures).map(({ name, why }) => `FAILED: ${name}\n${why}\n`);
  const steps = outcomes.map(({ name, ok, leftOut, counts, seconds }) => [
    name,
    leftOut ?? (ok ? 'ok' : 'FAILED'),
    counts ? String(counts.passed) : '',
    counts ? String(counts.failed) : '',
    leftOut ? '' : whole(seconds),
  ]);
  const table = markdownTable(
    [['step', '', 'passed', 'failed', 'time'], ...steps, ['in all', '', '', '', whole(seconds)]],
    {
      align: [...'llrrr'],
    },
  );
  const sum = (what: 'passed' | 'failed') => counts.reduce((total, one) => total + one[what], 0);
  const closing = tests ? [slowest(outcomes), table, `${sum('passed')} passed, ${sum('failed')} failed`] : [table];
  return [...failures, ...closing].map((part) => `\n${part}`).join('\n');
}

function slowest(outcomes: readonly Outcome[]): string {
  const files = outcomes.flatMap(({ name, counts }) => (counts?.files ?? []).map((one) => ({ ...one, step: name })));
  const rows = files
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST)
    .map(({ file, step, seconds }) => [file, step, `${seconds.toFixed(1)} s`]);
  return markdownTable([['slowest files', 'of', 'time'], ...rows], { align: [...'llr'] });
}

const whole = (seconds: number) => `${Math.round(seconds)} s`;
