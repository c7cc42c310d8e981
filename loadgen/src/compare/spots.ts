/** Who wins at each spot: a task size under a number of callers. And where the data do not say, why. */
import {
  BYSTANDER_SLACK_MS,
  CRITERIA,
  type Criterion,
  considerateOf,
  rank,
  type SizeAnswer,
  serves,
  winnersOf,
  workMsOf,
} from './answer.ts';
import { isChoice } from './contenders.ts';
import { isDisturbed } from './disturbed.ts';
import { FIGURES, type FigureName } from './figures.ts';
import { cellsOf } from './grid.ts';
import type { CompareCell, CompareResult } from './result.ts';

export const VERDICTS = {
  won: 'one mode is ahead beyond noise',
  tied: 'several modes are equal within noise',
  alone: 'no other mode was asked for such a task',
  undecided: 'noise is larger than what lies between the modes',
  disturbed: 'a mode that might have won was measured on a disturbed machine',
  unserved: 'no mode served more requests than it failed',
  missing: 'fewer than two modes were measured',
} as const;
export type Verdict = keyof typeof VERDICTS;

export interface Spot extends Pick<SizeAnswer, 'ops' | 'workMs'> {
  readonly connections: number;
  readonly verdict: Verdict;
  /** Who won, tied or was alone, the fastest first; empty where nobody did. */
  readonly modes: readonly string[];
  /** One of them is the fastest, but noise hides which; empty unless undecided. */
  readonly between: readonly string[];
  /** Of all modes that could be chosen, as far as there is one. */
  readonly cells: readonly CompareCell[];
  /** Of these modes those of which nothing is known here. */
  readonly absent: readonly string[];
}

/** Medians further apart are not called equal, even where the ranges touch: such noise hides who wins. */
const CLOSE = 1.25;
/** A disturbed mode that is this much worse lost, whatever disturbed it. */
const FORGIVEN = 2;
/** One value has no range, and every difference from it would look certain. */
const LEAST_VALUES = 2;

const [, throughput, bystander] = CRITERIA as [Criterion, Criterion, Criterion];

/** A lone caller waits for the answer; many want as many answers as there can be, of promises the kept ones. */
export const speedFigure = (connections: number): FigureName => (connections === 1 ? 'p50Ms' : throughput.figure);

/** Row by row of the grid, without the size that is no work. */
export function spotsOf(result: CompareResult): Spot[] {
  const { settings, cells } = result;
  return settings.grid.sizes
    .filter(({ ops }) => ops > 1)
    .toSorted((a, b) => a.ops - b.ops)
    .flatMap(({ ops, connections: numbers }) =>
      numbers
        .toSorted((a, b) => a - b)
        .map((connections) => {
          const here = (cell: { ops: number; connections: number }) =>
            cell.ops === ops && cell.connections === connections;
          const asked = settings.modes.filter((mode) => isChoice(mode) && cellsOf(settings.grid, mode).some(here));
          const found = cells.filter((cell) => here(cell) && asked.includes(cell.mode));
          const workMs = workMsOf(result, ops);
          return { ops, workMs, connections, cells: found, ...judge(found, asked, connections) };
        }),
    );
}

function judge(
  found: readonly CompareCell[],
  asked: readonly string[],
  connections: number,
): Pick<Spot, 'verdict' | 'modes' | 'between' | 'absent'> {
  const speed: Criterion = { name: 'speed', figure: speedFigure(connections), under: 'fewest' };
  const measured = found.filter(
    (cell) => serves(cell) && (cell.figures[speed.figure]?.values.length ?? 0) >= LEAST_VALUES,
  );
  const refusing = found.filter((cell) => !serves(cell) && cell.notServed > 0);
  const absent = asked.filter((mode) => ![...measured, ...refusing].some((cell) => cell.mode === mode));
  const clean = measured.filter((cell) => !isDisturbed(cell));
  const none = (verdict: Verdict, between: string[] = []) => ({ verdict, modes: [], between, absent });
  if (asked.length - absent.length < Math.min(asked.length, 2) || asked.length === 0) return none('missing');
  if (measured.length === 0) return none('unserved');
  if (clean.length === 0) return none('disturbed');

  const kind = considerateOf(clean, bystander);
  const left = kind.length > 0 ? clean.filter(({ mode }) => kind.includes(mode)) : clean;
  const modes = winnersOf(left, speed).modes;
  const best = left.find(({ mode }) => mode === modes[0]) as CompareCell;
  if (measured.some((cell) => isDisturbed(cell) && mightBeat(cell, best, speed.figure))) return none('disturbed');
  if (asked.length === 1) return { verdict: 'alone', modes, between: [], absent };
  const equal = left.filter(({ mode }) => modes.includes(mode));
  if (equal.some((cell) => (timesWorse(cell, best, speed.figure) ?? 1) > CLOSE)) return none('undecided', modes);
  return { verdict: modes.length > 1 ? 'tied' : 'won', modes, between: [], absent };
}

function mightBeat(disturbed: CompareCell, best: CompareCell, speed: FigureName): boolean {
  const waits = disturbed.figures.bystanderP99Ms?.median ?? 0;
  const kind = waits / FORGIVEN <= (best.figures.bystanderP99Ms?.median ?? 0) + BYSTANDER_SLACK_MS;
  return kind && (timesWorse(disturbed, best, speed) ?? 1) <= FORGIVEN;
}

/** How many times worse a cell is than another by one figure; below 1 if it is better, null where one of them has none. */
export function timesWorse(cell: CompareCell, than: CompareCell, figure: FigureName): number | null {
  const [a, b] = [cell.figures[figure]?.median, than.figures[figure]?.median];
  if (a === undefined || b === undefined || a <= 0 || b <= 0) return null;
  return FIGURES[figure].better === 'lower' ? a / b : b / a;
}

/** The modes of the spot by speed, the fastest first, whatever else is said of them. */
export function bySpeed({ cells, connections }: Spot): string[] {
  const speed: Criterion = { name: 'speed', figure: speedFigure(connections), under: 'fewest' };
  return rank(cells.filter(serves), speed).map(({ mode }) => mode);
}
