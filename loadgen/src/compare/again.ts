/** Cells of a disturbed machine are measured once more, when all others are done: what disturbed it may be over. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { mean, sum } from 'simple-statistics';
import { isDisturbed } from '../bench/disturbance.ts';
import { startOf } from './contenders.ts';
import type { Cell, Visit } from './grid.ts';
import type { Journal, Measured } from './journal.ts';
import { VISITS_FILE } from './plan.ts';

/** Of the time that the comparison took until then. */
const SHARE_OF_TIME = 0.25;

const isMarked = ({ result }: Measured) => result !== null && isDisturbed(result.disturbance);
const isSame = (a: Measured, b: Measured) => keyOf(a) === keyOf(b);
const keyOf = ({ mode, repetition, ops, connections }: Measured) => `${mode} ${repetition} ${ops} ${connections}`;

type Measurements = Pick<Journal, 'measured' | 'repeated'>;

/** Of every cell the measurement that counts: of two the one that was disturbed less. */
export function counted({ measured, repeated }: Measurements): Measured[] {
  return measured.map((first) => {
    const again = repeated.find((one) => isSame(one, first));
    return again && factorOf(again) < factorOf(first) ? again : first;
  });
}

/** Cells of a visit that are marked and have not been measured again. */
export function markedOf({ measured, repeated }: Measurements, { mode, repetition }: Visit): Cell[] {
  return measured
    .filter((one) => one.mode === mode && one.repetition === repetition && isMarked(one))
    .filter((one) => !repeated.some((other) => isSame(other, one)))
    .map(({ ops, connections }) => ({ ops, connections }));
}

/** Puts visits at the end of the list, if all others are done: those that save most for their time, for as long as there is some. */
export function listRepeats(journal: Journal): void {
  if (journal.visits.length > 0 || journal.repeats) return;
  const took = journal.measured.map(({ tookS }) => tookS);
  const prepared = journal.visited.map(({ preparedS }) => preparedS);
  let leftS = SHARE_OF_TIME * (sum(took) + sum(prepared) + sum(journal.ceiled.map(({ tookS }) => tookS)));
  const marked = Map.groupBy(journal.measured.filter(isMarked), ({ mode, repetition }) => `${mode} ${repetition}`);
  const visits = [...marked.values()].sort((a, b) => b.length - a.length);
  const lines: string[] = [];
  let cells = 0;
  for (const visit of visits) {
    const costS = mean(prepared) + sum(visit.map(({ tookS }) => tookS));
    if (costS > leftS) continue;
    leftS -= costS;
    cells += visit.length;
    const [{ mode: name, repetition }] = visit as [Measured];
    const { mode, told } = startOf(name);
    lines.push(`${[name, repetition, mode, ...told].join(' ')}\n`);
  }
  journal.add({ kind: 'repeats', cells });
  const all = sum(visits.map(({ length }) => length));
  if (all > 0)
    console.log(`the machine was disturbed in ${all} cells: ${cells} of them once more, as far as time allows`);
  appendFileSync(join(journal.folder, VISITS_FILE), lines.join(''));
}

const factorOf = ({ result }: Measured) => result?.disturbance.factor ?? Infinity;
