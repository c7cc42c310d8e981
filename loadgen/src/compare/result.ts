/** A comparison's result: `results/<time>-compare/result.json`. The JSON Schema in `schema/` is generated from this. */
import { z } from 'zod';
import { Disturbed, isDisturbed, summaryOf } from '../bench/disturbance.ts';
import { Result } from '../bench/result.ts';
import { type CeilingName, ceilingNames } from '../ceilings/figures.ts';
import { counted } from './again.ts';
import { Settings } from './config.ts';
import { FIGURES, type FigureName, figureNames } from './figures.ts';
import type { Journal, Measured } from './journal.ts';
import { Range, rangeOf } from './statistics.ts';

/** Null also where a result is from before there was such a figure. */
export const Figures = z.object(
  Object.fromEntries(figureNames.map((name) => [name, Range.nullable().default(null)])) as Record<
    FigureName,
    z.ZodDefault<z.ZodNullable<typeof Range>>
  >,
);

type Figures = z.infer<typeof Figures>;

export const CompareCell = z.object({
  mode: z.string(),
  ops: z.int(),
  connections: z.int(),
  /** Repetitions with a valid result. */
  valid: z.int().min(0),
  /** Of these, those on a disturbed machine. */
  disturbed: z.int().min(0).default(0),
  /** Why others have none. */
  failures: z.array(z.string()),
  /** Requests of all repetitions: served, and what had an end other than that; those cut off when the load stopped are neither. */
  served: z.int().min(0),
  notServed: z.int().min(0),
  figures: Figures,
});
export type CompareCell = z.infer<typeof CompareCell>;

export const Contender = z.object({
  mode: z.string(),
  /** As answers name it; null if the mode never answered. */
  kernel: z.string().nullable(),
  threads: z.int().nullable(),
  sizePerSecondPerCore: Range.nullable(),
  /** The same by CPU time, which a busy neighbour hardly moves. */
  sizePerCpuSecond: Range.nullable().default(null),
  /** Answers a second of a request for nothing: the ceiling of HTTP here. */
  capacityPerS: Range.nullable(),
  /** Start of the processes until they were ready. */
  startupMs: Range.nullable(),
});
export type Contender = z.infer<typeof Contender>;

const Ceilings = z.object(
  Object.fromEntries(ceilingNames.map((name) => [name, Range])) as Record<CeilingName, typeof Range>,
);

export const CompareResult = z.object({
  /** 1 and 2 had another name for what a core does a second. */
  schema: z.literal(3),
  id: z.string(),
  startedAt: z.iso.datetime(),
  /** What the order of the visits is drawn from. */
  order: z.int(),
  settings: Settings,
  comparable: z.boolean(),
  notes: z.array(z.string()),
  machine: Result.shape.machine,
  plan: Result.shape.plan,
  versions: Result.shape.versions,
  contenders: z.array(Contender),
  cells: z.array(CompareCell),
  /** What this machine can do at best, measured in the same run. Null if no visit of them came to its end. */
  ceilings: Ceilings.nullable().default(null),
  /** Of all repetitions of cells: how many were on a disturbed machine, at the first time and when repeats had their turn. */
  disturbed: Disturbed.extend({ repeated: z.int().min(0), saved: z.int().min(0) })
    .nullable()
    .default(null),
});
export type CompareResult = z.infer<typeof CompareResult>;

/** All repetitions of the journal, cell by cell. Undefined if nothing was measured. */
type Entries = Pick<Journal, 'begun' | 'measured' | 'repeated' | 'visited' | 'ceiled'>;

export function resultOf(journal: Entries): CompareResult | undefined {
  const { begun, visited, ceiled } = journal;
  const measured = counted(journal);
  const { id, startedAt, order, settings } = begun;
  const results = measured.flatMap(({ result }) => result ?? []);
  const [first] = results;
  if (!first) return undefined;
  const groups = Map.groupBy(measured, ({ mode, ops, connections }) => `${mode} ${ops} ${connections}`);
  const cells = [...groups.values()].map(cellOf);
  const place = (mode: string) => settings.modes.indexOf(mode);
  cells.sort((a, b) => a.ops - b.ops || a.connections - b.connections || place(a.mode) - place(b.mode));
  return CompareResult.parse({
    schema: 3,
    id,
    startedAt,
    order,
    settings,
    comparable: results.every(({ comparable }) => comparable),
    notes: [...new Set(results.flatMap(({ notes }) => notes))],
    machine: first.machine,
    plan: first.plan,
    versions: Object.assign({}, ...results.map(({ versions }) => versions)),
    contenders: settings.modes.map((mode) => contenderOf(mode, measured, visited)),
    cells,
    ceilings: ceilingsOf(ceiled),
    disturbed: disturbedOf(journal, results),
  } satisfies CompareResult);
}

function disturbedOf({ repeated, measured }: Entries, results: readonly Result[]): CompareResult['disturbed'] {
  const first = summaryOf(measured.flatMap(({ result }) => result?.disturbance ?? []));
  const last = summaryOf(results.map(({ disturbance }) => disturbance));
  return first && last && { ...last, repeated: repeated.length, saved: first.marked - last.marked };
}

function ceilingsOf(ceiled: Journal['ceiled']): CompareResult['ceilings'] {
  if (ceiled.length === 0) return null;
  const ranges = ceilingNames.map((name) => [name, rangeOf(ceiled.map(({ ceilings }) => ceilings[name]))]);
  return Object.fromEntries(ranges);
}

/** Of the measurements on an undisturbed machine where these are more, else of all: a range of next to none says less. */
export function figuresOf(results: readonly Result[]): Figures {
  const quiet = results.filter(({ disturbance }) => !isDisturbed(disturbance));
  const used = 2 * quiet.length > results.length ? quiet : results;
  return Object.fromEntries(
    figureNames.map((name) => [name, rangeOf(used.map((result) => FIGURES[name].of(result)))]),
  ) as Figures;
}

function cellOf(repetitions: Measured[]): CompareCell {
  const [{ mode, ops, connections }] = repetitions as [Measured];
  const results = repetitions.flatMap(({ result }) => result ?? []);
  const sum = (of: (counts: Result['counts']) => number) => results.reduce((all, { counts }) => all + of(counts), 0);
  return {
    mode,
    ops,
    connections,
    valid: results.length,
    disturbed: results.filter(({ disturbance }) => isDisturbed(disturbance)).length,
    failures: repetitions.flatMap(({ failure }) => failure ?? []),
    served: sum(({ ok, accepted }) => ok + accepted),
    notServed: sum(({ refused, failed, unknown }) => refused + failed + unknown),
    figures: figuresOf(results),
  };
}

function contenderOf(mode: string, all: readonly Measured[], visited: Journal['visited']): Contender {
  const results = all.filter((one) => one.mode === mode).flatMap(({ result }) => result ?? []);
  // The phases before the cells are one measurement for all cells of a visit.
  const once = (of: (result: Result) => number | null) => rangeOf([...new Set(results.map(of))]);
  return {
    mode,
    kernel: results[0]?.kernel.path ?? null,
    threads: results[0]?.plan.threads ?? null,
    sizePerSecondPerCore: once(({ kernel }) => kernel.sizePerSecondPerCore),
    sizePerCpuSecond: once(({ kernel }) => kernel.sizePerCpuSecond),
    capacityPerS: once(({ bystander }) => bystander.capacityPerS),
    startupMs: rangeOf(visited.filter((one) => one.mode === mode).map(({ startupMs }) => startupMs)),
  };
}
