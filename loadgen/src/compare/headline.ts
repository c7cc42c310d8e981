/** The answer that one can repeat: who wins where, and what others give besides. From the cells alone. */
import { isChoice } from './contenders.ts';
import { gifts } from './gifts.ts';
import { callers, FEW_ANSWERS, type Part, type Sentence, speedOf } from './parts.ts';
import type { CompareCell, CompareResult } from './result.ts';
import { fromTo, sizeOf } from './sentences.ts';
import { bySpeed, type Spot, VERDICTS, type Verdict } from './spots.ts';
import { type Band, bandsOf, isDecided, type Stretch } from './stretches.ts';

/** More cannot be repeated: then it is counted who wins how often. */
const MOST_PARTS = 5;

export interface Headline {
  /** One or two. */
  readonly sentences: readonly Sentence[];
  /** Where the data do not say it. */
  readonly caveats: Sentence | null;
}

export function headlineOf(result: CompareResult, spots: readonly Spot[]): Headline {
  const choices = result.settings.modes.filter(isChoice);
  const decided = spots.filter(isDecided);
  const caveats = caveatsOf(spots);
  if (decided.length === 0) return { sentences: [undecided(spots)], caveats: null };
  const [only] = choices;
  if (choices.length === 1 && only) return { sentences: [lonely(only, decided)], caveats };
  const besides = choices.flatMap((mode) => gifts(mode, spots));
  const sentences = [winners(spots, decided), { lead: 'Besides: ', parts: besides }];
  return { sentences: sentences.filter(({ parts }) => parts.length > 0), caveats };
}

function winners(spots: readonly Spot[], decided: readonly Spot[]): Sentence {
  const bands = bandsOf(spots);
  const parts = bands.flatMap((band) => partsOf(band, spots, bands.length > 1));
  const lead =
    decided.length * 2 > spots.length ? 'On this machine: ' : 'On this machine, as far as the run decides it: ';
  return { lead, parts: parts.length > MOST_PARTS ? counted(decided) : parts };
}

function partsOf({ connections, stretches }: Band, spots: readonly Spot[], named: boolean): Part[] {
  const sizes = spots.filter((spot) => connections.includes(spot.connections)).map(({ ops }) => ops);
  return stretches.map((stretch, index) => {
    const who = named && index === 0 ? `with ${span(connections)}, ` : '';
    const where = stretchOf(stretch, Math.min(...sizes), Math.max(...sizes));
    const text = `${who}${where} ${claim(stretch)}${equal(stretch)}${few(stretch)}`;
    return { text, cells: carrying(stretch.spots, stretch.modes) };
  });
}

function claim({ modes, spots }: Stretch): string {
  const names = modes.map((mode) => (mode === 'inline' ? 'inline (the event loop itself)' : mode));
  if (spots.every(({ verdict }) => verdict === 'alone')) return `only ${listed(names)} takes such tasks`;
  return modes.length === 1 ? `${names[0]} wins` : `${listed(names)} win alike`;
}

/** Of those that were as good somewhere, who was so most often: at which sizes, or if that is no stretch how often. */
function equal({ modes, spots }: Stretch): string {
  const others = new Set(spots.flatMap((spot) => spot.modes).filter((mode) => !modes.includes(mode)));
  const ties = [...others]
    .map((mode) => ({ mode, tied: spots.filter((spot) => spot.modes.includes(mode)) }))
    .toSorted((a, b) => b.tied.length - a.tied.length);
  const [most] = ties;
  if (!most) return '';
  const [first, last] = [most.tied[0], most.tied.at(-1)] as [Spot, Spot];
  const throughout = spots.filter(({ ops }) => ops >= first.ops && ops <= last.ops).length === most.tied.length;
  const where = throughout ? fromTo(first, last) : `in ${most.tied.length} of ${spots.length} cells`;
  return `, ${most.mode} as well ${where}`;
}

function stretchOf({ spots }: Stretch, least: number, most: number): string {
  const [first, last] = [spots[0], spots.at(-1)] as [Spot, Spot];
  const fromTheLeast = first.ops === least && last.ops !== most && last.ops !== first.ops;
  return fromTheLeast ? `up to ${sizeOf(last)}` : fromTo(first, last);
}

function few({ spots, modes }: Stretch): string {
  const served = spots.flatMap(({ cells }) =>
    cells.filter(({ mode }) => modes.includes(mode)).map((one) => one.served),
  );
  const least = Math.min(...served);
  return least < FEW_ANSWERS ? ` (in one cell from ${least} answers)` : '';
}

/** The winners' cells, and those of who came next. */
function carrying(spots: readonly Spot[], modes: readonly string[]): CompareCell[] {
  return spots.flatMap((spot) => {
    const next = bySpeed(spot).find((mode) => !spot.modes.includes(mode));
    return spot.cells.filter(({ mode }) => modes.includes(mode) || mode === next);
  });
}

/** Who wins how often, where there is no simple line between them. */
function counted(decided: readonly Spot[]): Part[] {
  const modes = [...new Set(decided.flatMap((spot) => spot.modes))];
  return modes
    .map((mode) => ({ mode, spots: decided.filter((spot) => spot.modes.includes(mode)) }))
    .toSorted((a, b) => b.spots.length - a.spots.length)
    .slice(0, MOST_PARTS)
    .map(({ mode, spots }) => ({
      text: `${mode} wins in ${spots.length} of ${decided.length} cells ${fromTo(spots[0] as Spot, spots.at(-1) as Spot)}`,
      cells: carrying(spots, [mode]),
    }));
}

function lonely(mode: string, decided: readonly Spot[]): Sentence {
  const [first, last] = [decided[0], decided.at(-1)] as [Spot, Spot];
  const parts = [...new Set([first, last])].map((spot) => ({
    text: `at ${placeOf(spot)} ${spot.cells.map((cell) => speedOf(cell)).join('')}`,
    cells: spot.cells,
  }));
  return { lead: `Only ${mode} was asked, so nothing is compared: `, parts };
}

const SILENT = ['undecided', 'disturbed', 'unserved', 'missing'] as const satisfies Verdict[];

function undecided(spots: readonly Spot[]): Sentence {
  const parts = silences(spots);
  const none = { text: 'no cell has work in it', cells: [] };
  return { lead: 'This run does not decide which mode is best: ', parts: parts.length > 0 ? parts : [none] };
}

function caveatsOf(spots: readonly Spot[]): Sentence | null {
  const parts = [...silences(spots), ...absences(spots)];
  return parts.length > 0 ? { lead: 'Left open: ', parts } : null;
}

/** Of cells that the others decided. */
function absences(spots: readonly Spot[]): Part[] {
  const decided = spots.filter(isDecided);
  return [...new Set(decided.flatMap(({ absent }) => absent))].map((mode) => {
    const those = decided.filter(({ absent }) => absent.includes(mode));
    const where = those.length === 1 ? ` (${placeOf(those[0] as Spot)})` : '';
    const text = `${those.length} of ${spots.length} cells${where} without ${mode}, of which there is no figure`;
    return { text, cells: those.flatMap(({ cells }) => cells) };
  });
}

function silences(spots: readonly Spot[]): Part[] {
  return SILENT.flatMap((verdict) => {
    const those = spots.filter((spot) => spot.verdict === verdict);
    if (those.length === 0) return [];
    const where = those.length === 1 ? ` (${placeOf(those[0] as Spot)})` : '';
    const text = `${those.length} of ${spots.length} cells${where}, as ${VERDICTS[verdict]}${candidates(those)}`;
    return [{ text, cells: those.flatMap(({ cells }) => cells) }];
  });
}

/** Who may be the first wherever that is undecided. */
function candidates([first, ...others]: readonly Spot[]): string {
  const modes = (first?.between ?? []).filter((mode) => others.every(({ between }) => between.includes(mode)));
  return others.length > 0 && modes.length > 0 ? `; in all of them it may be ${modes.join(' or ')}` : '';
}

function placeOf(spot: Spot): string {
  const who = spot.between.length > 0 ? ` between ${fewOf(spot.between)}` : '';
  return `${sizeOf(spot)} with ${callers(spot.connections)}${who}`;
}

const fewOf = (modes: readonly string[]) => (modes.length > 3 ? `${modes.length} modes` : listed(modes));

function span(connections: readonly number[]): string {
  const [first, last] = [connections[0], connections.at(-1)] as [number, number];
  return first === last ? callers(first) : `${first} to ${callers(last)}`;
}

export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
