/** A comparison in words and tables; the page with charts says the same. */

import { inWords } from '../bench/disturbance.ts';
import { comparability } from '../bench/report.ts';
import { pinning } from '../bench/where.ts';
import { number, percent, size } from '../format.ts';
import { answerOf, CRITERIA, type SizeAnswer } from './answer.ts';
import { CEILINGS_NOTE, ceilingTable, noOpOf, shareTable } from './ceilings.ts';
import { isDisturbed } from './disturbed.ts';
import { FIGURES, type Figure, type FigureName, tableNames } from './figures.ts';
import { evidenceInWords, openingInWords, openingOf } from './opening.ts';
import { idOf } from './parts.ts';
import type { CompareResult } from './result.ts';
import { sentencesOf, workOf } from './sentences.ts';
import { type Sortable, shown, type Table, words } from './table.ts';
import { reachedOf } from './targets.ts';

export function renderCompare(result: CompareResult): string {
  const answers = answerOf(result);
  const opening = openingOf(result);
  const [verdict = '', ...notes] = comparability(result, disturbedIn(result)).split('\n');
  const perCriterion = sentencesOf(answers).map((sentence) => `- ${sentence}`);
  return [
    verdict,
    '# Which mode for which task',
    openingInWords(opening),
    ...(notes.length > 0 ? [`## Notes\n\n${notes.join('\n')}`] : []),
    `## The winners at each task size\n\n${perCriterion.join('\n')}\n\n${words(answerTable(answers))}\n\n${LEGEND}`,
    `## What the sentences rest on\n\n${evidenceInWords(opening)}`,
    `## Like for like\n\n${words(contenderTable(result))}`,
    ceilingSections(result),
    `## Targets\n\n${TARGETS_NOTE}\n\n${words(targetTable(result))}`,
    `## Every cell: median (least to most)\n\n${words(cellTable(result))}`,
    `## Where\n\n${contextOf(result)}`,
  ].join('\n\n');
}

/** For the first line: how far the machine was not ours, and what repeating came to. */
export function disturbedIn({ disturbed }: CompareResult): string {
  const words = inWords(disturbed, 'cells');
  if (!disturbed || disturbed.repeated === 0) return words;
  return `${words} ${disturbed.repeated} were measured once more, which saved ${disturbed.saved}.`;
}

/** The tables in which no load is compared. */
export function renderCalibration(result: CompareResult): string {
  return [
    comparability(result, disturbedIn(result)),
    '# What this machine does at best',
    `## Kernels\n\n${words(contenderTable(result))}`,
    ceilingSections(result),
    `## Where\n\n${contextOf(result)}`,
  ].join('\n\n');
}

function ceilingSections(result: CompareResult): string {
  return [
    `## Ceilings\n\n${CEILINGS_NOTE}\n\n${words(ceilingTable(result))}`,
    `## The modes against them\n\n${words(shareTable(result))}`,
  ].join('\n\n');
}

export const LEGEND =
  'Several names: equal within noise (ranges of the repetitions touch, or with five and more a permutation test finds nothing; ' +
  'differences under 5 % never count). Work: what the task takes one core of the JS kernel. Latency and cost with the fewest connections, ' +
  'throughput and bystander with the most. Choice: whoever makes others wait is out, then the fastest, then the cheapest.';

export function answerTable(answers: readonly SizeAnswer[]): Table {
  const head = ['ops', 'work', ...CRITERIA.map(({ name }) => name), 'choice', 'decided by'];
  const rows = answers.map(({ ops, workMs, winners, choice }) => [
    { text: number(ops), key: ops },
    workMs === null ? '-' : { text: workOf(workMs), key: workMs },
    ...CRITERIA.map(({ name, figure }) => {
      const { modes, best } = winners[name] ?? { modes: [], best: null };
      return best ? `${modes.join(', ')} (${FIGURES[figure].show(best.median)})` : '-';
    }),
    choice.modes.join(', ') || 'none',
    choice.decidedBy,
  ]);
  return { head, rows, align: 'rr'.padEnd(head.length, 'l') };
}

export function contenderTable(result: CompareResult): Table {
  const head = [
    'mode',
    'kernel',
    'threads',
    'a task may use',
    'M ops/s a core',
    '/non-blocking/s',
    'no-op p50 ms',
    'start-up s',
  ];
  const rows = result.contenders.map((one) => [
    one.mode,
    one.kernel ?? '-',
    one.mode === 'inline' ? '1 (the event loop)' : String(one.threads ?? '-'),
    one.mode === 'inline' ? 'one core' : `up to ${Math.min(result.settings.chunks, result.plan.serviceCores)} core(s)`,
    shown(one.sizePerSecondPerCore, (value) => number(value / 1e6)),
    shown(one.capacityPerS, number),
    shown(noOpOf(result, one), FIGURES.p50Ms.show),
    shown(one.startupMs, (value) => number(value / 1000)),
  ]);
  return { head, rows, align: 'lllrrrrr' };
}

export const TARGETS_NOTE =
  'What the project means to reach on two cores with 100 connections (a no-op task: with one), as ratios or differences of medians of this run. ' +
  'A dash where this grid has no such cell, or where the machine was disturbed in at least half of its repetitions.';

export function targetTable(result: CompareResult): Table {
  const rows = reachedOf(result).map(({ what, target, measured, reached }) => [what, target, measured, reached]);
  return { head: ['figure', 'target', 'measured', 'reached'], rows, align: 'lrrl' };
}

export function cellTable({ cells }: CompareResult): Table {
  const head = ['ops', 'connections', 'mode', ...tableNames.map((name) => FIGURES[name].title), 'not served'];
  const rows = cells.map((cell) => [
    { text: number(cell.ops), key: cell.ops },
    { text: String(cell.connections), key: cell.connections },
    isDisturbed(cell) ? `${cell.mode} (disturbed)` : cell.mode,
    ...tableNames.map((name) => ofFew(cell, name, shown(cell.figures[name], (FIGURES[name] as Figure).show))),
    notServed(cell),
  ]);
  return { head, rows, align: 'rrl'.padEnd(head.length, 'r'), ids: cells.map(idOf) };
}

/** A percentile of fewer answers than it takes to have one beyond it is their largest: it says of how many. */
const LEAST_ANSWERS: Partial<Record<FigureName, number>> = { p95Ms: 20, p99Ms: 100 };

function ofFew(cell: CompareResult['cells'][number], name: FigureName, figure: string | Sortable): string | Sortable {
  const answers = Math.round(cell.served / Math.max(1, cell.valid));
  if (typeof figure === 'string' || answers >= (LEAST_ANSWERS[name] ?? 0)) return figure;
  return { ...figure, text: `${figure.text} of ${answers}` };
}

function notServed({ served, notServed: not, failures }: CompareResult['cells'][number]): string {
  const share = served + not > 0 ? percent(not / (served + not)) : 'nothing answered';
  return [not > 0 || served === 0 ? share : '', ...new Set(failures)].filter(Boolean).join('; ');
}

export function contextOf({ machine, plan, versions, settings, startedAt, order }: CompareResult): string {
  return [
    `- ${machine.cpu}, ${machine.cores} cores, ${size(machine.memoryBytes)}, ${machine.os} ${machine.arch}; ${pinning(plan)}`,
    `- ${settings.runtime}, ${startedAt}; grid ${settings.grid.name}, ${settings.repetitions} repetitions in fresh processes, order ${order}, ${settings.chunks} chunks`,
    `- ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ].join('\n');
}
