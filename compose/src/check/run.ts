/** Runs one step. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../settings.ts';
import { countCargo } from './cargo.ts';
import type { Counts, Outcome } from './outcome.ts';
import type { Step } from './steps.ts';

/** Prints what the step prints: while it runs if `live`, else at its end. A step that has a reason to be left out is. */
export async function runStep(step: Step, live: boolean): Promise<Outcome> {
  const { name } = step;
  const leftOut = step.leftOut?.();
  if (leftOut) return { name, ok: true, seconds: 0, leftOut };
  const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-test-'));
  const report = join(folder, 'report.json');
  if (live) console.log(`\n== ${name}`);
  const startedAt = performance.now();
  const [program = '', ...args] = step.command;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...step.env, VITEST_REPORT: report },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (live) process.stdout.write(text);
    });
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - startedAt) / 1000;
  if (!live) console.log(`\n== ${name}\n${output.trimEnd()}`);
  const counts = step.counts === 'cargo' ? countCargo(output) : step.counts && readReport(report);
  rmSync(folder, { recursive: true });
  return { name, ok: code === 0, seconds, ...(counts && { counts }) };
}

function readReport(file: string): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // It did not come as far as a report; its exit code says that it failed.
    return { passed: 0, failed: 0, files: [], failures: [] };
  }
}
