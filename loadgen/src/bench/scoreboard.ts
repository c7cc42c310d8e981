/** Several runs side by side: what happened to each architecture, and what that makes it good for. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { Failure } from '../failure.ts';
import { ms, number, percent, seconds } from '../format.ts';
import { runId } from '../run-id.ts';
import { inWords, summaryOf } from './disturbance.ts';
import { comparability, loadOf } from './report.ts';
import { Result } from './result.ts';

/** Reads result folders, prints the table, and writes it to a folder beside them, which it returns. */
export function scoreboard(folders: string[]): string {
  if (folders.length === 0) throw new Failure('usage: scoreboard <result folders>');
  const results = folders.map(read);
  const text = renderScoreboard(results);
  const id = runId(new Date(), 'scoreboard');
  const folder = join(dirname(folders[0] as string), id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'scoreboard.json'), `${JSON.stringify({ schema: 1, id, runs: results }, null, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), `${text}\n`);
  console.log(`\n${text}`);
  return folder;
}

function read(folder: string): Result {
  const { data, error } = Result.safeParse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));
  if (!data) throw new Failure(`${folder}/result.json is not a result: ${error.message}`);
  return data;
}

export function renderScoreboard(results: Result[]): string {
  const [first] = results as [Result];
  const notes = [...new Set(results.flatMap((result) => result.notes.map((note) => `${nameOf(result)}: ${note}`)))];
  const comparable = results.every((result) => result.comparable);
  return [
    comparability({ comparable, notes }, inWords(summaryOf(results.map(({ disturbance }) => disturbance)), 'runs')),
    `# Scoreboard: ${loadOf(first)}`,
    scoreboardTable(results),
    'Every figure was measured in these runs, on verified answers. The latency of `queue` is that of the promise, and its efficiency that of the drain. ' +
      'Compute CPU and overhead: CPU time of a completed task, in the arithmetic and besides it. Bystander: p99 of a cheap request on the same gateway, idle and under this load.',
  ].join('\n\n');
}

/** A run's mode, and what its service is written in where that is not the usual. */
const nameOf = ({ mode, resources }: Result) => ('node-service' in resources ? `${mode} (js)` : mode);

/** A row for each run. */
export function scoreboardTable(results: Result[]): string {
  const rows = results.map((result) => [
    nameOf(result),
    happened(result),
    number(result.throughput.completedPerS),
    ms(result.latencyMs.p50),
    ofFew(result),
    `${ms(result.bystander.idle.p99)} -> ${ms(result.bystander.loaded.p99)}`,
    percent(result.queue?.drainEfficiency ?? result.efficiency),
    result.cost.computeCpuS === null ? '-' : ms(result.cost.computeCpuS * 1000),
    result.cost.overheadUs === null ? '-' : number(result.cost.overheadUs),
    stability(result),
    PURPOSE[nameOf(result)] ?? '',
  ]);
  const head = [
    'mode',
    'what happened',
    'completed/s',
    'p50 ms',
    'p99 ms',
    'bystander p99 ms',
    'efficiency',
    'compute CPU ms',
    'overhead us',
    'stability',
    'what it is for',
  ];
  return markdownTable([head, ...rows], { align: [...'llrrrrrrrll'] });
}

/** The p99, and of how many answers where these are too few to have one beyond it. */
function ofFew({ latencyMs: { p99, count } }: Result): string {
  return count > 0 && count < 100 ? `${ms(p99)} of ${count}` : ms(p99);
}

function happened({ counts, queue, reasons }: Result): string {
  const parts = queue
    ? [`${number(counts.accepted)} promised, ${number(queue.completedDuring)} done in time`, leftOver(queue)]
    : [`${number(counts.ok)} of ${number(counts.sent)} served`];
  const top = Object.entries(reasons).sort(([, a], [, b]) => b - a)[0]?.[0];
  if (counts.ok + counts.accepted === 0) parts.push(`${number(counts.cut)} unanswered at the end`);
  if (counts.refused > 0) parts.push(`${number(counts.refused)} refused`);
  if (counts.failed + counts.unknown > 0) parts.push(`${number(counts.failed + counts.unknown)} failed or lost`);
  if (top) parts.push(`mostly ${top}`);
  return parts.filter(Boolean).join('; ');
}

function leftOver({ discarded, projectedDrainS, drainS }: NonNullable<Result['queue']>): string {
  if (discarded === 0) return `drained in ${seconds(drainS)}`;
  return `${number(discarded)} left after ${seconds(drainS)}, ${seconds(projectedDrainS)} more of work`;
}

function stability({ counts, resources, bystander }: Result): string {
  const restarts = Object.values(resources).reduce((sum, resource) => sum + resource.restarts, 0);
  if (restarts > 0) return `died ${restarts} times`;
  const served = counts.ok + counts.accepted;
  if (served < counts.sent - served) return 'most requests were not served';
  if (bystander.loaded.failed > 0) return 'up, but the bystander was left without answers';
  return counts.failed + counts.unknown > 0 ? 'some requests failed' : 'nothing failed';
}

/** What each architecture is meant for; whether it kept that here, the columns before say. */
export const PURPOSE: Record<string, string> = {
  inline: 'nothing but work under a millisecond',
  unpooled: 'nothing: the cost of having no bound',
  pool: 'work of milliseconds to seconds, no further service',
  wasm: 'the same with a faster kernel, still nothing but npm',
  native: 'the fastest kernel without a service; it shares the fate of the gateway',
  microservice: 'a fast kernel, scaled and deployed apart',
  'microservice (js)': 'the kernel of `pool`, scaled and deployed apart',
  queue: 'work that must survive, may take long, or comes in bursts',
};
