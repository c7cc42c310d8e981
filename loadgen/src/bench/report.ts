/** A result in words and tables: the same text on the terminal and in report.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { ms, number, percent, seconds, size, us } from '../format.ts';
import type { LatencyMs } from '../load/latency.ts';
import { inWords, summaryOf } from './disturbance.ts';
import type { Result } from './result.ts';
import { contextOf } from './where.ts';

/** Writes `result.json` and `report.md` into a folder of their own; returns its path. */
export function saveRun(result: Result, resultsDir: string): string {
  const folder = join(resultsDir, result.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), `${renderReport(result)}\n`);
  return folder;
}

export function printReport(result: Result): void {
  console.log(`\n${renderReport(result)}`);
}

export function renderReport(result: Result): string {
  const sections = [
    comparability(result, inWords(summaryOf([result.disturbance]), 'runs')),
    `# ${result.mode}: ${loadOf(result)}`,
    `## What became of ${number(result.counts.sent)} requests\n\n${outcomes(result)}`,
    ...(result.queue ? [`## Accepted is not completed\n\n${promises(result, result.queue)}`] : []),
    `## Latency in ms\n\n${latencies(result)}`,
    `## What it cost\n\n${costs(result)}`,
    `## Where\n\n${contextOf(result)}`,
  ];
  return sections.join('\n\n');
}

/** The first line of every report, and why. `disturbed`: what is to be said of the machine. */
export function comparability({ comparable, notes }: Pick<Result, 'comparable' | 'notes'>, disturbed = ''): string {
  const verdict = comparable
    ? 'Comparable with runs on other machines.'
    : 'Not comparable with runs on other machines.';
  return [[verdict, disturbed].filter(Boolean).join(' '), ...notes.map((note) => `- ${note}`)].join('\n');
}

export function loadOf({ request }: Result): string {
  const { rate, connections, durationS, timeoutS, ops, chunks } = request;
  const load = rate === null ? `${connections} connections` : `${number(rate)} requests/s`;
  const patience = timeoutS === null ? '' : `, given up after ${timeoutS} s`;
  return `${load} for ${durationS} s, ${number(ops)} ops in ${chunks} chunks each${patience}`;
}

const MEANING = {
  ok: 'answered with a verified result',
  accepted: 'promised (202)',
  refused: 'turned away at a bound (503)',
  failed: 'answered with another error',
  unknown: 'connection lost before the answer',
  cut: 'unanswered when the load stopped',
} as const;

function outcomes({ counts, reasons, throughput }: Result): string {
  const ends = Object.keys(MEANING) as (keyof typeof MEANING)[];
  const rows = ends.filter((end) => counts[end] > 0).map((end) => [end, number(counts[end]), MEANING[end]]);
  const why = Object.entries(reasons).map(([reason, count]) => [`- ${reason}`, number(count), '']);
  const rate = ['answered/s', number(throughput.answeredPerS), 'ok and accepted'];
  return table([['', 'requests', ''], ...rows, ...why, rate], 'lrl');
}

function promises({ throughput, counts }: Result, queue: NonNullable<Result['queue']>): string {
  const { discarded, projectedDrainS, acceptCostUs } = queue;
  const rows = [
    ['accepted', number(counts.accepted), `${number(throughput.answeredPerS)}/s: promises`],
    ['completed during the load', number(queue.completedDuring), `${number(throughput.completedPerS)}/s: work`],
    ['backlog when it stopped', number(queue.backlogAtEnd), 'jobs'],
    ['drain', seconds(queue.drainS), `${number(queue.drainPerS)}/s, efficiency ${percent(queue.drainEfficiency)}`],
    ['left after that', number(discarded), discarded > 0 ? `would take ${seconds(projectedDrainS)}; cleared` : ''],
    [
      'completed in all, verified',
      number(queue.completed),
      `${queue.failed} failed, ${queue.missing} missing${queue.unread > 0 ? `, ${queue.unread} unread` : ''}`,
    ],
    [
      'accepting costs',
      acceptCostUs === null ? '-' : `${acceptCostUs.toFixed(0)} us`,
      'a job, on top of /non-blocking',
    ],
  ];
  return table([['', '', ''], ...rows], 'lrl');
}

/** With fewer there is none beyond a p99. */
const LEAST_ANSWERS = 100;

function tooFew(done: number): string {
  if (done === 0 || done >= LEAST_ANSWERS) return '';
  return `Too few tasks were done for a p99: of ${number(done)} it is the slowest, and rates are as rough.`;
}

function latencies({ latencyMs, bystander, queue }: Result): string {
  const row = (name: string, { count, p50, p95, p99, max }: LatencyMs, failed = 0) => [
    name,
    ms(p50),
    ms(p95),
    ms(p99),
    ms(max),
    `${number(count)}${failed > 0 ? `, ${number(failed)} without answer` : ''}`,
  ];
  const { idle, loaded, paced } = bystander;
  const few = tooFew(queue?.accepted ? queue.endToEndMs.count : latencyMs.count);
  const rows = table(
    [
      ['', 'p50', 'p95', 'p99', 'max', 'samples'],
      row(queue ? 'request (until accepted)' : 'request', latencyMs),
      ...(queue ? [row('job, until completed', queue.endToEndMs)] : []),
      row('bystander, idle', idle, idle.failed),
      row('bystander, under load', loaded, loaded.failed),
      ...(paced ? [row(`bystander at ${number(paced.ratePerS)}/s (70 %)`, paced, paced.failed)] : []),
    ],
    'lrrrrl',
  );
  return few ? `${rows}\n\n${few}` : rows;
}

/** In CPU time; nothing of a result in which nobody counted it. */
function taskCosts({ cost, kernel, request, counts }: Result): string {
  const { computeCpuS, overheadUs, nonBlockingUs, acceptUs } = cost;
  if (computeCpuS === null) return '';
  const { sizePerCpuSecond: speed } = kernel;
  const calibrated = speed ? ` (calibrated: ${ms((request.ops / speed) * 1000)} ms)` : '';
  const beyond = overheadUs !== null && nonBlockingUs !== null ? overheadUs - nonBlockingUs : null;
  const accepting = counts.accepted > 0 ? ` Accepting: ${us(acceptUs)} of gateway and Redis a job, beyond that.` : '';
  const overhead = `Overhead: ${us(overheadUs)} of CPU a completed task, ${us(beyond)} beyond an answer of /non-blocking (${us(nonBlockingUs)}).`;
  return `Compute CPU: ${ms(computeCpuS * 1000)} ms a task${calibrated}. ${overhead}${accepting}\n\n`;
}

function costs(result: Result): string {
  const { resources, scrapeCpuMs, efficiency, kernel, plan } = result;
  const rows = Object.entries(resources).map(([name, { cpuS, peakRssBytes, peakThreads, restarts }]) => [
    name,
    seconds(cpuS),
    size(peakRssBytes),
    [peakThreads ? `${peakThreads} threads at most` : '', restarts > 0 ? `died ${restarts} times` : '']
      .filter(Boolean)
      .join(', '),
  ]);
  const unit = `${(kernel.sizePerSecondPerCore / 1e6).toFixed(0)} million ops/s on one core, path ${kernel.path}`;
  const useful = result.cost.computeCpuS === null ? 'useful kernel seconds' : 'CPU seconds of the arithmetic';
  const share = `Efficiency ${percent(efficiency)}: ${useful} over the seconds of ${plan.serviceCores} core(s); ${unit}.`;
  const scrapes = Object.entries(scrapeCpuMs).map(([name, cost]) => `${name} ${cost.toFixed(1)} ms`);
  const watched =
    scrapes.length > 0 ? `\n\nBeing watched costs CPU for each scrape, once a second: ${scrapes.join(', ')}.` : '';
  return `${table([['', 'CPU', 'peak memory', ''], ...rows], 'lrrl')}\n\n${taskCosts(result)}${share}${watched}`;
}

function table(rows: string[][], align: string): string {
  return markdownTable(rows, { align: [...align] });
}
