/** A bench held against an earlier one: whether a task costs more CPU time than it may. For pull requests. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { inWords, summaryOf } from '../bench/disturbance.ts';
import { loadOf } from '../bench/report.ts';
import { Result } from '../bench/result.ts';
import { Failure } from '../failure.ts';
import { number, percent } from '../format.ts';
import { FIGURES, type Figure, type FigureName } from './figures.ts';
import { RepeatedResult } from './repeated.ts';
import { effect, LEAST_EFFECT, type Range, rangeOf } from './statistics.ts';
import { type Table, words } from './table.ts';

export interface Judgement {
  /** A task costs more than it may, and not by chance. */
  readonly worse: boolean;
  /** In Markdown. */
  readonly text: string;
}

/** Besides what is judged: what a reader of a pull request asks next. */
const SHOWN: readonly FigureName[] = ['computeCpuMs', 'overheadUs', 'acceptUs', 'p50Ms', 'p99Ms', 'completedPerS'];

/** The runs of a bench's folder. Throws a `Failure` of 2 where there are none. */
export function readBaseline(folder: string): Result[] {
  const file = join(folder, 'result.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Failure(`BASELINE: there is no ${file}`, 2);
  }
  const { data } = z.union([RepeatedResult, Result]).safeParse(parsed(text));
  if (!data) throw new Failure(`BASELINE: ${file} is not the result of a bench of this version`, 2);
  return 'runs' in data ? data.runs : [data];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws a `Failure` of 2 where the two cannot be held against each other. `most`: the part more that is allowed. */
export function judge(before: readonly Result[], now: readonly Result[], most: number): Judgement {
  const others = differences(before[0] as Result, now[0] as Result);
  if (others.length > 0) throw new Failure(`BASELINE cannot be compared with: ${others.join('; ')}`, 2);
  const [was, is] = [costsOf(before), costsOf(now)];
  if (!was || !is) throw new Failure('BASELINE cannot be compared with: the CPU time of a task is not known', 2);
  const times = effect(was, is);
  const noise = Math.max(1 + LEAST_EFFECT, scatter(was), scatter(is));
  const worse = times > 1 + most && times > noise;
  return { worse, text: render(before, now, { was, is, times, noise, most, worse }) };
}

/** Writes `summary.md` beside the result. */
export function saveJudgement({ text }: Judgement, folder: string): void {
  writeFileSync(join(folder, 'summary.md'), `${text}\n`);
}

function differences(before: Result, now: Result): string[] {
  const said = (result: Result) => ({
    mode: result.mode,
    runtime: result.runtime,
    kernel: result.kernel.path,
    load: loadOf(result),
    machine: result.machine.cpu,
    'CPUs of the services': result.plan.serviceCpus,
  });
  const [a, b] = [Object.entries(said(before)), Object.values(said(now))];
  return a.flatMap(([name, value], index) => (value === b[index] ? [] : [`${name} was ${value}, is ${b[index]}`]));
}

/** CPU of a task in microseconds: of its arithmetic, and of the way there and back. */
function costOf({ cost: { computeCpuS, overheadUs } }: Result): number | null {
  return computeCpuS === null || overheadUs === null ? null : computeCpuS * 1e6 + overheadUs;
}

const costsOf = (runs: readonly Result[]) => rangeOf(runs.map(costOf));

/** How many times the largest of the repetitions is the smallest. */
const scatter = ({ min, max }: Range) => max / min;

interface Figures {
  readonly was: Range;
  readonly is: Range;
  readonly times: number;
  readonly noise: number;
  readonly most: number;
  readonly worse: boolean;
}

function render(
  before: readonly Result[],
  now: readonly Result[],
  { was, is, times, noise, most, worse }: Figures,
): string {
  const [first] = now as [Result];
  const change = `${number(was.median)} us before, ${number(is.median)} us now: ${signed(times)}`;
  const verdict = worse
    ? `**Slower.** A task costs more CPU time than it may: ${change}.`
    : `**Not slower.** CPU time of a task: ${change}.`;
  const bound = `Allowed are ${percent(most)} more; up to x ${noise.toFixed(2)} is noise.`;
  const few =
    Math.min(before.length, now.length) < 2 ? ' Of one run nobody knows how it scatters: REPEAT=5 tells.' : '';
  const disturbed = inWords(summaryOf([...before, ...now].map(({ disturbance }) => disturbance)), 'runs');
  return [
    `### ${first.mode}: ${loadOf(first)}`,
    `${verdict} ${bound}${few}${disturbed ? ` ${disturbed}` : ''}`,
    words(figures(before, now)),
    `Before: ${ids(before)}. Now: ${ids(now)}.`,
  ].join('\n\n');
}

function figures(before: readonly Result[], now: readonly Result[]): Table {
  const rows = SHOWN.flatMap((name) => {
    const { title, show, of }: Figure = FIGURES[name];
    const [a, b] = [rangeOf(before.map(of)), rangeOf(now.map(of))];
    return a && b ? [[title, show(a.median), show(b.median), signed(effect(a, b))]] : [];
  });
  return { head: ['', 'before', 'now', 'change'], rows, align: 'lrrr' };
}

const ids = (runs: readonly Result[]) =>
  runs.map(({ id, versions }) => `${id} (${versions.commit ?? 'unknown'})`).join(', ');

const signed = (times: number) => `${times < 1 ? '-' : '+'}${percent(Math.abs(times - 1))}`;
