/** Whether two comparisons differ beyond noise: cell by cell, and in what would be a reason. */
import { mean } from 'simple-statistics';
import { isDisturbed } from './disturbed.ts';
import { FIGURES, type FigureName } from './figures.ts';
import type { CompareResult } from './result.ts';
import { chance, differ, ENOUGH, effect, LEAST_EFFECT, type Range } from './statistics.ts';

/** What of a comparison is held against another. */
export type Run = Pick<CompareResult, 'settings' | 'contenders' | 'cells'>;

/** A figure that both runs have. */
export interface Pair {
  readonly mode: string;
  /** In words: which cell, or which kernel path. */
  readonly where: string;
  readonly what: string;
  readonly a: Range;
  readonly b: Range;
  readonly differs: boolean;
  /** One of the two cells is that of a disturbed machine: its times say more about that. */
  readonly disturbed: boolean;
}

/** Pairs that one cause would move together. */
export interface Group {
  readonly name: string;
  /** How many times A is B, on average. */
  readonly effect: number;
  /** How many times, in either direction, is noise: what never counts, or what the repetitions scatter. */
  readonly noise: number;
  /** Of two samples of one distribution lying so far apart. */
  readonly chance: number;
  readonly differs: boolean;
  /** What decided: how far they lie apart, or whether a permutation test finds it. */
  readonly rule: Rule;
}

type Rule = 'distance' | 'distance alone, of few values' | 'permutation test';

export interface RunsVerdict {
  readonly equal: boolean;
  /** What the chance of a group must be under. */
  readonly limit: number;
  readonly groups: Group[];
  readonly pairs: Pair[];
  /** Settings in which they differ. */
  readonly settings: string[];
}

/** For all groups together: equal runs are called different at most this often. */
const ALPHA = 0.05;
/** How much further two runs must lie apart than the repetitions of either: those of one process move together. */
const BEYOND_REPETITIONS = 2;
/** What a slower or faster mode shows in, turned so that more is slower: to its callers, and in CPU time. */
const TIMES: readonly FigureName[] = ['p50Ms', 'completedPerS'];
const CPU_TIMES: readonly FigureName[] = ['computeCpuMs'];

export function compareRuns(a: Run, b: Run): RunsVerdict {
  const figures = pairsOfCells(a, b);
  const kernels = pairsOfKernels(a, b);
  const byMode = groupsOf(
    figures.filter(({ disturbed }) => !disturbed),
    TIMES,
  );
  const byCpu = groupsOf(figures, CPU_TIMES);
  const byPath = Map.groupBy(kernels, ({ where }) => where);
  const limit = ALPHA / Math.max(1, byMode.size + byCpu.size + byPath.size);
  const groups = [
    // Visits of several modes are far apart in time: each is a sample of its own.
    ...[...byPath].map(([path, pairs]) => judge(`kernel ${path}`, pairs, limit, true)),
    ...[...byCpu].map(([mode, pairs]) => judge(`CPU time of mode ${mode}`, pairs, limit, false)),
    ...[...byMode].map(([mode, pairs]) => judge(`mode ${mode}`, pairs, limit, false)),
  ];
  return {
    equal: !groups.some(({ differs }) => differs),
    limit,
    groups,
    pairs: [...kernels, ...figures],
    settings: differentSettings(a, b),
  };
}

function groupsOf(pairs: readonly Pair[], names: readonly FigureName[]): Map<string, Pair[]> {
  const titles = names.map((name): string => FIGURES[name].title);
  return Map.groupBy(
    pairs.filter(({ what }) => titles.includes(what)),
    ({ mode }) => mode,
  );
}

function pairsOfCells(a: Run, b: Run): Pair[] {
  const key = (cell: CompareResult['cells'][number]) => `${cell.mode} ${cell.ops} ${cell.connections}`;
  const others = new Map(b.cells.map((cell) => [key(cell), cell]));
  return a.cells.flatMap((cell) => {
    const other = others.get(key(cell));
    const where = `${cell.ops.toLocaleString('en')} ops x ${cell.connections}`;
    return (Object.keys(FIGURES) as FigureName[]).flatMap((name) =>
      pair(
        cell.mode,
        where,
        FIGURES[name].title,
        cell.figures[name],
        other?.figures[name],
        [cell, other].some(isOfDisturbed),
      ),
    );
  });
}

function pairsOfKernels(a: Run, b: Run): Pair[] {
  return a.contenders.flatMap((one) => {
    const { mode, kernel } = one;
    const other = b.contenders.find((another) => another.mode === mode && another.kernel === kernel);
    const byCpu = pair(mode, kernel ?? '', 'ops a CPU second', one.sizePerCpuSecond, other?.sizePerCpuSecond);
    if (byCpu.length > 0) return byCpu;
    return pair(mode, kernel ?? '', 'ops/s on one core', one.sizePerSecondPerCore, other?.sizePerSecondPerCore);
  });
}

type Maybe<T> = T | null | undefined;

const isOfDisturbed = (cell: Maybe<CompareResult['cells'][number]>) => cell != null && isDisturbed(cell);

function pair(mode: string, where: string, what: string, a: Maybe<Range>, b: Maybe<Range>, disturbed = false): Pair[] {
  return a && b ? [{ mode, where, what, a, b, differs: differ(a, b), disturbed }] : [];
}

/** One test for the whole group, on ratios to what each pair has in the middle, so that pairs of any size count alike. */
function judge(name: string, pairs: readonly Pair[], limit: number, independent: boolean): Group {
  const sides = (['a', 'b'] as const).map((side) => pairs.map((one) => ratios(one, one[side])));
  const [ofA = [], ofB = []] = sides.map((cells) => cells.flat());
  const logs = (values: readonly number[]) => values.map(Math.log);
  const distance = mean(logs(ofB)) - mean(logs(ofA));
  const probability = chance(ofA, ofB);
  // Of few values no test can say so much: then they have to lie apart like those that are not independent.
  const enough = Math.min(ofA.length, ofB.length) > ENOUGH;
  const scatter = independent && enough ? 0 : Math.max(...sides.map(spreadOfRepetitions));
  const beyond = Math.max(Math.log(1 + LEAST_EFFECT), BEYOND_REPETITIONS * scatter);
  return {
    name,
    effect: Math.exp(distance),
    noise: Math.exp(beyond),
    chance: probability,
    differs: (probability < limit || !enough) && Math.abs(distance) > beyond,
    rule: !enough ? 'distance alone, of few values' : Math.abs(distance) > beyond ? 'permutation test' : 'distance',
  };
}

function ratios({ what, a, b }: Pair, of: Range): number[] {
  const middle = Math.sqrt(a.median * b.median) || 1;
  const more = what === FIGURES.completedPerS.title ? -1 : 1;
  return of.values.map((value) => Math.max(value / middle, 1e-6) ** more);
}

/** How far apart, in logarithms, the repetitions of one run are on average over its cells. */
function spreadOfRepetitions(cells: readonly (readonly number[])[]): number {
  const count = Math.max(...cells.map(({ length }) => length));
  const means = Array.from({ length: count }, (_, index) =>
    mean(cells.flatMap((values) => values[index] ?? []).map(Math.log)),
  );
  return Math.max(...means) - Math.min(...means);
}

function differentSettings(a: Run, b: Run): string[] {
  const names = Object.keys(a.settings) as (keyof CompareResult['settings'])[];
  return names
    .filter((name) => JSON.stringify(a.settings[name]) !== JSON.stringify(b.settings[name]))
    .map((name) => `${name}: ${JSON.stringify(a.settings[name])} and ${JSON.stringify(b.settings[name])}`);
}

/** The verdict in words: first what it is, then by what, then the cells that moved. */
export function renderRuns({ equal, limit, groups, pairs, settings }: RunsVerdict): string {
  const moved = pairs.filter(({ differs }) => differs);
  const titles = TIMES.map((name): string => FIGURES[name].title);
  const unheard = pairs.filter(({ disturbed, what }) => disturbed && titles.includes(what)).length;
  const times = (ratio: number) => `x ${ratio.toFixed(3)}`;
  return [
    equal ? 'Equal within noise.' : 'They differ.',
    ...settings.map((line) => `- not the same ${line}`),
    ...groups.map(
      ({ name, effect: ratio, noise, chance: p, differs, rule }) =>
        `- ${name}: B is A ${times(ratio)}${differs ? ', beyond noise' : ''} (noise: up to ${times(noise)}; p ${p.toFixed(4)}, to be under ${limit.toFixed(4)}; decided by the ${rule})`,
    ),
    ...(unheard > 0 ? [`- ${unheard} times of disturbed cells are left out`] : []),
    `${moved.length} of ${pairs.length} single figures lie apart; with few repetitions some always do${moved.length > 0 ? ':' : '.'}`,
    ...moved.map(({ mode, where, what, a, b }) => `- ${mode}, ${where}, ${what}: ${times(effect(a, b))}`),
  ].join('\n');
}
