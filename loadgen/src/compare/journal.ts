/** What was measured so far, a JSON object a line: an interrupted run goes on where it was. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Result } from '../bench/result.ts';
import { ceilingNames } from '../ceilings/figures.ts';
import { Failure } from '../failure.ts';
import { runId } from '../run-id.ts';
import { hashOf, Settings } from './config.ts';
import { CEILINGS_VISIT } from './contenders.ts';
import { type Cell, cellsInOrder, type Visit, visitsOf } from './grid.ts';

const Begun = z.object({
  kind: z.literal('settings'),
  schema: z.literal(1),
  id: z.string(),
  startedAt: z.iso.datetime(),
  hash: z.string(),
  /** What the order of the visits is drawn from. */
  order: z.int(),
  settings: Settings,
});
const Visited = z.object({
  kind: z.literal('visit'),
  mode: z.string(),
  repetition: z.int(),
  startupMs: z.number().nullable(),
  /** Seconds of all that went before the cells, the start of the processes with it. */
  preparedS: z.number(),
});
const Measured = z.object({
  kind: z.literal('cell'),
  mode: z.string(),
  repetition: z.int(),
  ops: z.int(),
  connections: z.int(),
  tookS: z.number(),
  /** Null where nothing valid came of it; then `failure` says why. */
  result: Result.nullable(),
  failure: z.string().nullable(),
});
/** A cell that is measured once more, as its machine was disturbed. */
const Repeated = Measured.extend({ kind: z.literal('repeat') });
/** All else is done; so many cells were then listed to be measured once more. */
const Repeats = z.object({ kind: z.literal('repeats'), cells: z.int().min(0) });
/** A visit of its own, in one piece: all ceilings of one repetition, or none. */
const Ceiled = z.object({
  kind: z.literal('ceilings'),
  repetition: z.int(),
  tookS: z.number(),
  ceilings: z.record(z.enum(ceilingNames), z.number()),
});
const Entry = z.discriminatedUnion('kind', [Begun, Visited, Measured, Repeated, Repeats, Ceiled]);
type Entry = z.infer<typeof Entry>;
type Begun = z.infer<typeof Begun>;
export type Visited = z.infer<typeof Visited>;
export type Measured = Omit<z.infer<typeof Measured>, 'kind'>;
export type Ceiled = z.infer<typeof Ceiled>;

const FILE = 'cells.jsonl';

export class Journal {
  readonly begun: Begun;
  readonly visited: Visited[] = [];
  readonly measured: Measured[] = [];
  readonly repeated: Measured[] = [];
  repeats: z.infer<typeof Repeats> | undefined;
  readonly ceiled: Ceiled[] = [];
  readonly folder: string;
  readonly #file: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.#file = join(folder, FILE);
    const [begun, ...entries] = readEntries(this.#file);
    if (begun?.kind !== 'settings') throw new Failure(`${this.#file} is not a journal of a comparison`);
    this.begun = begun;
    for (const entry of entries) this.#remember(entry);
  }

  static read(folder: string): Journal {
    return new Journal(folder);
  }

  /** The unfinished journal of the same settings, or a new one. `order` counts only for a new one. */
  static open(resultsDir: string, settings: Settings, order: number, fresh = false): Journal {
    const found = fresh ? undefined : unfinished(resultsDir, hashOf(settings));
    return found ?? Journal.begin(resultsDir, settings, order, 'compare');
  }

  /** A new one in a folder `<time>-<what>`. */
  static begin(resultsDir: string, settings: Settings, order: number, what: 'compare' | 'calibrate'): Journal {
    const hash = hashOf(settings);
    const startedAt = new Date().toISOString();
    const { id, folder } = ownFolder(resultsDir, startedAt, what);
    const begun: Begun = { kind: 'settings', schema: 1, id, startedAt, hash, order, settings };
    writeFileSync(join(folder, FILE), `${JSON.stringify(begun)}\n`, { flag: 'wx' });
    return new Journal(folder);
  }

  add(entry: Exclude<Entry, Begun>): void {
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
    this.#remember(entry);
  }

  /** The cells of a visit that have no entry yet, in their order. */
  open({ mode, repetition }: Visit): Cell[] {
    const { settings, order } = this.begun;
    const done = this.measured.filter((one) => one.mode === mode && one.repetition === repetition);
    return cellsInOrder(settings.grid, { mode, repetition }, order).filter(
      ({ ops, connections }) => !done.some((one) => one.ops === ops && one.connections === connections),
    );
  }

  /** Visits with something left to do, in their order. */
  get visits(): Visit[] {
    const { settings, order } = this.begun;
    const all = visitsOf([...settings.modes, CEILINGS_VISIT], settings.repetitions, order);
    return all.filter((visit) => (isOfCeilings(visit) ? !this.#hasCeilings(visit) : this.open(visit).length > 0));
  }

  #hasCeilings({ repetition }: Visit): boolean {
    return this.ceiled.some((one) => one.repetition === repetition);
  }

  #remember(entry: Entry): void {
    if (entry.kind === 'visit') this.visited.push(entry);
    if (entry.kind === 'cell') this.measured.push(entry);
    if (entry.kind === 'repeat') this.repeated.push(entry);
    if (entry.kind === 'repeats') this.repeats = entry;
    if (entry.kind === 'ceilings') this.ceiled.push(entry);
  }
}

export const isOfCeilings = ({ mode }: Visit) => mode === CEILINGS_VISIT;

/** A folder is named by its second; the next one is free. */
function ownFolder(resultsDir: string, startedAt: string, what: string): { id: string; folder: string } {
  mkdirSync(resultsDir, { recursive: true });
  for (let at = Date.parse(startedAt); ; at += 1000) {
    const id = runId(new Date(at), what);
    const folder = join(resultsDir, id);
    if (existsSync(folder)) continue;
    mkdirSync(folder);
    return { id, folder };
  }
}

function unfinished(resultsDir: string, hash: string): Journal | undefined {
  if (!existsSync(resultsDir)) return undefined;
  const folders = readdirSync(resultsDir).filter((name) => name.endsWith('-compare'));
  for (const name of folders.sort().reverse()) {
    const folder = join(resultsDir, name);
    if (existsSync(join(folder, 'result.json'))) continue;
    const journal = readable(folder);
    if (journal?.begun.hash === hash) return journal;
  }
  return undefined;
}

/** A journal of another version of this program is nobody's to go on with. */
function readable(folder: string): Journal | undefined {
  try {
    return Journal.read(folder);
  } catch {
    return undefined;
  }
}

/** A line that was being written when the program was killed has no end: it is cut off, and its cell measured again. */
function readEntries(file: string): Entry[] {
  if (!existsSync(file)) throw new Failure(`there is no ${file}`);
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => Entry.parse(JSON.parse(line)));
}
