/** The claims in a table, each beside what was measured and why. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workload } from '@heavy-lifter/workloads';
import { markdownTable } from 'markdown-table';
import { comparability, loadOf } from '../bench/report.ts';
import type { Result } from '../bench/result.ts';
import { pinning } from '../bench/where.ts';
import { number, size } from '../format.ts';
import { ADVICE, type Claim, FIGURES } from './claims.ts';
import type { ClaimsResult, Runs } from './result.ts';

/** Writes `result.json` and `report.md` into the replay's folder; returns the words. */
export function saveClaims(result: ClaimsResult, folder: string): string {
  const text = renderClaims(result);
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), `${text}\n`);
  return text;
}

export function renderClaims({ runs }: ClaimsResult): string {
  const all = Object.entries(runs);
  const notes = all.flatMap(([name, run]) => run.notes.map((note) => `${name}: ${note}`));
  return [
    comparability({
      comparable: all.every(([, run]) => run.comparable),
      notes: [...likeTheOriginal(runs.pool), ...notes],
    }),
    `# The original's claims, replayed: ${loadOf(runs.pool)}`,
    `## Its figures\n\n${claimsTable(runs, FIGURES)}`,
    `## Its advice\n\n${claimsTable(runs, ADVICE)}`,
    `## Where\n\n${contextOf(runs)}`,
  ].join('\n\n');
}

export function claimsTable(runs: Runs, claims: readonly Claim[] = FIGURES): string {
  const rows = claims.map(({ claim, measured, why }) => [claim, measured(runs), why(runs)]);
  return markdownTable([['claim', 'what we measured', 'why'], ...rows]);
}

/** A note if the load is another one than the claims speak of. */
function likeTheOriginal({ request }: Result): string[] {
  const { connections, durationS, ops, chunks } = request;
  const { defaultTask } = workload;
  const isDefault = ops === workload.sizeOf(defaultTask) && chunks === workload.chunksOf(defaultTask);
  const same = connections === 100 && durationS === 10 && isDefault;
  return same
    ? []
    : ['the claims are about 100 connections for 10 s and 20,000,000 ops in 8 chunks: this was another load'];
}

function contextOf({ pool, queue, ...others }: Runs): string {
  const { machine, plan, runtime } = pool;
  const versions = Object.entries({ ...pool.versions, ...queue.versions });
  const kernels = [pool, queue, ...Object.values(others)].map(({ kernel }) => kernel.path);
  return [
    `- ${machine.cpu}, ${machine.cores} cores, ${size(machine.memoryBytes)}, ${machine.os} ${machine.arch}; ${pinning(plan)}; ${number(plan.threads)} compute thread(s)`,
    `- ${runtime}, ${pool.startedAt}; each run in fresh processes, kernels ${[...new Set(kernels)].join(', ')}`,
    `- ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}`,
  ].join('\n');
}
