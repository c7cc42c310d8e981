/** Chaos results in tables: the same text on the terminal and in report.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable } from 'markdown-table';
import { ms, number, size } from '../format.ts';
import { type CellResult, ChaosResult, type Round } from './result.ts';

/** Writes `result.json` and `report.md` into a folder of their own; returns its path. */
export function saveChaos(result: ChaosResult, resultsDir: string): string {
  const folder = join(resultsDir, result.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, 'report.md'), `${renderChaos([result])}\n`);
  return folder;
}

/** Reads a result back from its folder. */
export function readChaos(folder: string): ChaosResult {
  return ChaosResult.parse(JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')));
}

/** One round in one line, for those who watch. */
export function describeRound({ ms: marks, recovered, inHand }: Round): string {
  const said = [
    ['fault over', marks.faultOver],
    ['first error', marks.firstError],
    ['running', marks.running],
    ['ready', marks.ready],
    ['first success', marks.firstSuccess],
    ['its job again', marks.jobStartedAgain],
    ['throughput', marks.throughput],
    ['backlog', marks.backlog],
  ] as const;
  const times = said.flatMap(([name, value]) => (value === null ? [] : [`${name} ${(value / 1000).toFixed(2)} s`]));
  const flight = inHand.requests > 0 ? [`${inHand.notServed} of ${inHand.requests} in flight not served`] : [];
  return [...times, ...flight, ...(recovered ? [] : ['NO RECOVERY'])].join(', ');
}

export function renderChaos(results: readonly ChaosResult[]): string {
  const cells = results.flatMap((result) => result.cells.map((cell) => ({ mode: result.mode, cell })));
  const list = cells.flatMap(({ mode, cell }) => cell.broken.map((what) => `- ${mode}, ${nameOf(cell)}: ${what}`));
  const verdict = list.length === 0 ? 'Every promise was kept.' : 'Promises were broken.';
  const [first] = results as [ChaosResult];
  return [
    [verdict, ...list].join('\n'),
    `# What faults cost: ${first.cells[0]?.rounds.length ?? 0} round(s) a cell`,
    accounts(cells),
    'Acknowledged: promised by a 202. Completed: done with the right result. Started again: a worker took the job more than once, ' +
      'as at-least-once allows. Repeated: the connection was lost before an answer, so the request was sent again with its key, in `queue`. Unknown: lost, and never answered.',
    '## Recovery in ms, from the fault: p50 / max',
    recoveries(cells),
    ...reasons(cells),
    ...overloads(cells),
    '## Where',
    results.map(context).join('\n'),
  ].join('\n\n');
}

type Row = { mode: string; cell: CellResult };

const nameOf = ({ target, fault }: Pick<CellResult, 'target' | 'fault'>) => `${target} ${fault}`;

function accounts(rows: readonly Row[]): string {
  // A run of before they could be has no such column.
  const cancelled = rows.some(({ cell }) => cell.counts.cancelled > 0);
  const head = [
    'mode',
    'fault',
    'rounds',
    'sent',
    'acknowledged',
    'completed',
    ...(cancelled ? ['cancelled'] : []),
    'lost',
  ];
  const more = ['started again', 'repeated', 'refused', 'failed', 'unknown', 'in flight at the fault, not served'];
  const body = rows.map(({ mode, cell }) => {
    const { counts, rounds } = cell;
    const flight = rounds.reduce((sum, { inHand }) => sum + inHand.requests, 0);
    const notServed = rounds.reduce((sum, { inHand }) => sum + inHand.notServed, 0);
    return [
      mode,
      nameOf(cell),
      String(rounds.length),
      ...[counts.sent, counts.acknowledged, counts.completed].map((count) => number(count)),
      ...(cancelled ? [number(counts.cancelled)] : []),
      number(counts.lost),
      ...[counts.startedAgain, counts.repeated, counts.refused, counts.failed, counts.unknown].map((count) =>
        number(count),
      ),
      flight > 0 ? `${number(notServed)} of ${number(flight)}` : '-',
    ];
  });
  return markdownTable([[...head, ...more], ...body], { align: [...`llrrrrrrrrrrr${cancelled ? 'r' : ''}`] });
}

const MARKS = {
  faultOver: 'fault over',
  firstError: 'first error',
  running: 'running',
  ready: 'ready',
  firstSuccess: 'first success',
  jobStartedAgain: 'its job started again',
  throughput: '90 % of throughput',
  backlog: 'backlog back',
} as const;

function recoveries(rows: readonly Row[]): string {
  const names = Object.keys(MARKS) as (keyof typeof MARKS)[];
  const body = rows.map(({ mode, cell }) => [
    mode,
    nameOf(cell),
    ...names.map((name) => spread(cell.rounds.map((round) => round.ms[name]))),
    spread(cell.rounds.map(({ bystander }) => bystander.p99)),
    number(cell.rounds.reduce((sum, { bystander }) => sum + bystander.failed, 0)),
  ]);
  const head = ['mode', 'fault', ...Object.values(MARKS), 'bystander p99', 'bystander without answer'];
  return markdownTable([head, ...body], { align: [...'llrrrrrrrrrr'] });
}

/** Why requests or jobs failed or had no answer, if any did. */
function reasons(rows: readonly Row[]): string[] {
  const lines = rows.flatMap(({ mode, cell }) => {
    const list = Object.entries(cell.reasons).map(([why, count]) => `${number(count)} ${why}`);
    return list.length > 0 ? [`- ${mode}, ${nameOf(cell)}: ${list.join(', ')}`] : [];
  });
  return lines.length > 0 ? ['## Why requests failed or had no answer', lines.join('\n')] : [];
}

/** A section on floods, if there was one. */
function overloads(rows: readonly Row[]): string[] {
  const floods = rows.flatMap(({ mode, cell }) =>
    cell.rounds.flatMap(({ overload, ms: marks }) => (overload ? [{ mode, overload, marks }] : [])),
  );
  if (floods.length === 0) return [];
  const body = floods.map(({ mode, overload, marks }) => [
    mode,
    ...[overload.asked, overload.served, overload.refused, overload.skipped].map((count) => number(count)),
    `${ms(overload.refusedMs.p50)} / ${ms(overload.refusedMs.p99)} / ${ms(overload.refusedMs.max)}`,
    size(overload.peakRssBytes),
    marks.throughput === null ? '-' : ms(Math.max(0, marks.throughput - (marks.faultOver ?? 0))),
  ]);
  const head = [
    'mode',
    'asked',
    'accepted or answered',
    'refused',
    'not asked',
    'refusal in ms: p50 / p99 / max',
    'gateway memory',
  ];
  const table = markdownTable([[...head, 'normal again after, ms'], ...body], { align: [...'lrrrrrrr'] });
  return ['## Overload: ten times what can be served, for a minute', table];
}

/** Median and maximum of what there is. */
function spread(values: readonly (number | null)[]): string {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (sorted.length === 0) return '-';
  return `${ms(sorted[Math.floor((sorted.length - 1) / 2)] ?? null)} / ${ms(sorted.at(-1) ?? null)}`;
}

function context({ mode, runtime, startedAt, load, machine, versions }: ChaosResult): string {
  const where = `${machine.cpu}, ${machine.cores} cores, ${size(machine.memoryBytes)}, ${machine.os} ${machine.arch}`;
  const what = Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  return `- ${mode}: ${load.ratePerS} requests/s of ${number(load.ops)} ops; ${runtime}, ${startedAt}; ${where}; ${what}`;
}
