/** Committed results as README and docs show them: in narrow tables, with where and when. */
import { markdownTable } from 'markdown-table';
import type { Result } from '../../src/bench/result.ts';
import { PURPOSE, scoreboardTable } from '../../src/bench/scoreboard.ts';
import { renderChaos } from '../../src/chaos/report.ts';
import type { ChaosResult } from '../../src/chaos/result.ts';
import { FIGURES } from '../../src/claims/claims.ts';
import type { Runs } from '../../src/claims/result.ts';
import { ms, number } from '../../src/format.ts';

type Where = Pick<ChaosResult, 'machine' | 'startedAt' | 'versions'> & Partial<Pick<Result, 'plan'>>;

/** Where, when and of which commit. */
export function provenance(run: Where | undefined): string {
  if (!run) throw new Error('a committed result has no run');
  const { machine, plan, startedAt, versions } = run;
  const cores = `${machine.cores} cores${plan ? `, of which the services have ${plan.serviceCores}` : ''}`;
  return `${machine.cpu}, ${cores}, ${startedAt.slice(0, 10)}, commit ${versions.commit}`;
}

const SERVED_BY: Record<string, string> = {
  inline: 'the event loop itself',
  unpooled: 'new threads for every request',
  pool: 'a fixed number of threads, behind a bounded queue',
  wasm: 'the same threads, with a WebAssembly kernel',
  native: 'Rust inside the Node process, on threads of its own',
  microservice: 'a Rust service, asked over HTTP',
  queue: 'a Rust worker that takes BullMQ jobs from Redis; the caller gets 202 at once',
};

/** The modes, with what three figures of a run say of each. */
export function modesTable(runs: readonly Result[]): string {
  const rows = runs.map(({ mode, counts, throughput, latencyMs, bystander, queue }) => [
    `\`${mode}\``,
    SERVED_BY[mode] ?? '',
    PURPOSE[mode] ?? '',
    [
      number(throughput.completedPerS),
      ...(queue ? [`${number(queue.drainPerS)} in the drain`, `${number(throughput.answeredPerS)} promised`] : []),
      ...(counts.refused > 0 ? [`${number(counts.refused)} refused in all`] : []),
    ].join('; '),
    ms(latencyMs.p99),
    `${ms(bystander.idle.p99)} -> ${ms(bystander.loaded.p99)}`,
  ]);
  const head = ['`MODE=`', 'what serves the request', 'good for', 'done/s', 'p99 ms', 'bystander p99 ms'];
  return markdownTable([head, ...rows], { align: [...'lllrrr'] });
}

/**
 * The scoreboard without its last column, what a mode is for, which the README's table of the modes has; and without
 * those that are newer than the runs.
 */
export function boardTable(runs: readonly Result[]): string {
  const [head = [], rule = [], ...body] = scoreboardTable([...runs])
    .split('\n')
    .map((line) => line.split('|').slice(1, -2));
  const isKnown = (column: number) => body.some((row) => row[column]?.trim() !== '-');
  return [head, rule, ...body].map((row) => `|${row.filter((_cell, n) => isKnown(n)).join('|')}|`).join('\n');
}

/** The claims one below the other: in a table their reasons would be cells of a paragraph. */
export function claimsList(runs: Runs): string {
  return FIGURES.map(
    ({ claim, measured, why }) => `### ${claim}\n\n**Measured:** ${measured(runs)}.\n\n**Why:** ${why(runs)}.`,
  ).join('\n\n');
}

/** What the run did, and how long each step of the recoveries took. */
export function chaosTables(result: ChaosResult): string {
  const lines = renderChaos([result]).split('\n');
  const tables = lines
    .map((line) => (line.startsWith('|') ? line : ''))
    .join('\n')
    .trim()
    .split(/\n{2,}/);
  return tables.join('\n\nRecovery in ms, from the fault, p50 / max:\n\n');
}
