/** A result in words and tables: the same text on the terminal and in report.md. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { ms, number, percent, seconds, size } from './format.ts';
import type { LatencyMs } from './latency.ts';
import type { Result } from './result.ts';

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
    comparability(result),
    `# ${result.mode}: ${loadOf(result)}`,
    `## What became of ${number(result.counts.sent)} requests\n\n${outcomes(result)}`,
    ...(result.queue ? [`## Accepted is not completed\n\n${promises(result, result.queue)}`] : []),
    `## Latency in ms\n\n${latencies(result)}`,
    `## What it cost\n\n${costs(result)}`,
    `## Where\n\n${context(result)}`,
  ];
  return sections.join('\n\n');
}

/** The first line of every report. */
export function comparability({ comparable, notes }: Pick<Result, 'comparable' | 'notes'>): string {
  const verdict = comparable
    ? 'Comparable with runs on other machines.'
    : 'Not comparable with runs on other machines.';
  return [verdict, ...notes.map((note) => `- ${note}`)].join('\n');
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
    ['completed in all, verified', number(queue.completed), `${queue.failed} failed, ${queue.missing} missing`],
    [
      'accepting costs',
      acceptCostUs === null ? '-' : `${acceptCostUs.toFixed(0)} us`,
      'a job, on top of /non-blocking',
    ],
  ];
  return table([['', '', ''], ...rows], 'lrl');
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
  return table(
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
}

function costs({ resources, scrapeCpuMs, efficiency, kernel, plan }: Result): string {
  const rows = Object.entries(resources).map(([name, { cpuS, peakRssBytes, peakThreads, restarts }]) => [
    name,
    seconds(cpuS),
    size(peakRssBytes),
    [peakThreads ? `${peakThreads} threads at most` : '', restarts > 0 ? `died ${restarts} times` : '']
      .filter(Boolean)
      .join(', '),
  ]);
  const unit = `${(kernel.opsPerSecondPerCore / 1e6).toFixed(0)} million ops/s on one core, path ${kernel.path}`;
  const share = `Efficiency ${percent(efficiency)}: useful kernel seconds over the seconds of ${plan.serviceCores} core(s); ${unit}.`;
  const scrapes = Object.entries(scrapeCpuMs).map(([name, cost]) => `${name} ${cost.toFixed(1)} ms`);
  const watched =
    scrapes.length > 0 ? `\n\nBeing watched costs CPU for each scrape, once a second: ${scrapes.join(', ')}.` : '';
  return `${table([['', 'CPU', 'peak memory', ''], ...rows], 'lrrl')}\n\n${share}${watched}`;
}

/** Who runs on which CPUs. */
export function pinning({ serviceCpus, generatorCpus, redisCpus }: Result['plan']): string {
  if (!serviceCpus) return 'not pinned';
  return `services on ${serviceCpus}, generator on ${generatorCpus}${redisCpus ? `, Redis on ${redisCpus}` : ''}`;
}

function context({ machine, plan, versions, runtime, startedAt, verify, generator, bystander }: Result): string {
  return table(
    [
      ['', ''],
      [
        'machine',
        `${machine.cpu}, ${machine.cores} cores, ${size(machine.memoryBytes)}, ${machine.os} ${machine.arch}`,
      ],
      ['CPU plan', `${pinning(plan)}; ${plan.threads} compute thread(s)`],
      ['runtime', `${runtime}, ${startedAt}`],
      [
        'versions',
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ],
      ['verified', `${verify.vectors} vectors before, ${number(verify.answers)} results of the run`],
      [
        'generator',
        `${percent(generator.utilization)} busy${generator.saturated ? ': at its limit' : ''}; /non-blocking alone ${number(bystander.capacityPerS)}/s`,
      ],
    ],
    'll',
  );
}

function table(rows: string[][], align: string): string {
  return markdownTable(rows, { align: [...align] });
}
