/** Which modes win at which task size, by what, and what of it is only noise. */
import { isChoice } from './contenders.ts';
import { FIGURES, type FigureName } from './figures.ts';
import type { CompareCell, CompareResult } from './result.ts';
import { differ, type Range } from './statistics.ts';

export interface Criterion {
  readonly name: string;
  readonly figure: FigureName;
  /** Under the fewest connections of a size, or under the most. */
  readonly under: 'fewest' | 'most';
}

export const CRITERIA: readonly Criterion[] = [
  { name: 'latency of one caller (p50)', figure: 'p50Ms', under: 'fewest' },
  { name: 'throughput (completed/s)', figure: 'completedPerS', under: 'most' },
  { name: 'bystander (p99)', figure: 'bystanderP99Ms', under: 'most' },
  { name: 'cost (CPU per task)', figure: 'cpuMsPerTask', under: 'fewest' },
];

/** Callers notice no less: within this of the best bystander a mode counts as considerate. */
export const BYSTANDER_SLACK_MS = 10;

export interface Winners {
  /** The best first; the others are equal to it within noise. Empty if nothing was measured. */
  readonly modes: string[];
  readonly best: Range | null;
}

export interface SizeAnswer {
  readonly ops: number;
  /** What the task takes one core of the JS kernel, or of the slowest one where no mode runs JS; null if no kernel was measured. */
  readonly workMs: number | null;
  /** By the name of the criterion. */
  readonly winners: Record<string, Winners>;
  readonly choice: { modes: string[]; decidedBy: string };
}

/** For each task size; without the one that is no work. */
export function answerOf(result: CompareResult): SizeAnswer[] {
  const sizes = [...new Set(result.cells.map(({ ops }) => ops))].filter((ops) => ops > 1).sort((a, b) => a - b);
  return sizes.map((ops) => {
    const cells = result.cells.filter((cell) => cell.ops === ops && isChoice(cell.mode) && serves(cell));
    return {
      ops,
      workMs: workMsOf(result, ops),
      winners: Object.fromEntries(CRITERIA.map((criterion) => [criterion.name, winnersOf(cells, criterion)])),
      choice: choiceOf(cells),
    };
  });
}

/** A mode that fails more requests than it serves is no choice. */
export function serves({ served, notServed }: CompareCell): boolean {
  return served > notServed;
}

export function winnersOf(cells: readonly CompareCell[], criterion: Criterion): Winners {
  const ranked = rank(cells, criterion);
  const [first] = ranked;
  if (!first) return { modes: [], best: null };
  const equal = ranked.filter((one) => one === first || !differ(first.range, one.range));
  return { modes: equal.map(({ mode }) => mode), best: first.range };
}

/** Whoever makes others wait is out; of the rest the fastest; of equals the cheapest. What was last to rule one out decided. */
function choiceOf(cells: readonly CompareCell[]): SizeAnswer['choice'] {
  const [latency, , bystander, cost] = CRITERIA as [Criterion, Criterion, Criterion, Criterion];
  let left = cells;
  let decidedBy = 'nothing: all are equal';
  const keep = (modes: readonly string[], criterion: Criterion) => {
    const kept = left.filter(({ mode }) => modes.includes(mode));
    if (new Set(kept.map(({ mode }) => mode)).size < new Set(left.map(({ mode }) => mode)).size)
      decidedBy = criterion.name;
    left = kept;
  };
  const kind = considerateOf(left, bystander);
  if (kind.length > 0) keep(kind, bystander);
  for (const criterion of [latency, cost]) {
    const { modes } = winnersOf(left, criterion);
    if (modes.length > 0) keep(modes, criterion);
  }
  return { modes: [...new Set(left.map(({ mode }) => mode))], decidedBy };
}

/** The modes that make nobody else wait, beyond the slack, who need not wait with the kindest of them. */
export function considerateOf(cells: readonly CompareCell[], bystander: Criterion): string[] {
  const [kindest, ...others] = rank(cells, bystander);
  if (!kindest) return [];
  const limit = kindest.range.median + BYSTANDER_SLACK_MS;
  const considerate = others.filter(({ range }) => range.median <= limit || !differ(kindest.range, range));
  return [kindest, ...considerate].map(({ mode }) => mode);
}

/** The modes that have the figure, the best first. */
export function rank(cells: readonly CompareCell[], { figure, under }: Criterion): { mode: string; range: Range }[] {
  const sign = FIGURES[figure].better === 'lower' ? 1 : -1;
  const extreme = (under === 'fewest' ? Math.min : Math.max)(...cells.map(({ connections }) => connections));
  return cells
    .filter(({ connections }) => connections === extreme)
    .flatMap(({ mode, figures }) => {
      const range = figures[figure];
      return range ? [{ mode, range }] : [];
    })
    .sort((a, b) => sign * (a.range.median - b.range.median));
}

/** Milliseconds that so many ops take one core of the JS kernel, or of the slowest; null if no kernel was measured. */
export function workMsOf({ contenders }: Pick<CompareResult, 'contenders'>, ops: number): number | null {
  const speeds = contenders.flatMap(({ kernel, sizePerSecondPerCore: speed }) =>
    speed ? [{ kernel, perS: speed.median }] : [],
  );
  const js = speeds.find(({ kernel }) => kernel === 'js');
  if (speeds.length === 0) return null;
  return (ops / (js?.perS ?? Math.min(...speeds.map(({ perS }) => perS)))) * 1000;
}
