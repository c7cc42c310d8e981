/** What there is to do, for the runner, who starts each visit's processes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { number } from '../format.ts';
import { type CompareConfig, calibrationOf, type Settings, settingsOf } from './config.ts';
import { startOf } from './contenders.ts';
import { cellsOf } from './grid.ts';
import { Journal } from './journal.ts';
import { duration, secondsLeft } from './left.ts';

/** In the folder of a comparison: a line "name repetition mode NAME=value ..." for each visit that is left, in order. */
export const VISITS_FILE = 'visits';

/** Finds the journal to go on with, or begins one; says what is ahead. Returns its folder. */
export function planCompare(config: CompareConfig): string {
  const settings = settingsOf(config);
  return plan(Journal.open(config.RESULTS_DIR, settings, orderOf(settings), config.FRESH));
}

/** Always begins anew: it takes less time than to think of the last one. */
export function planCalibration(config: CompareConfig): string {
  const settings = calibrationOf(config);
  return plan(Journal.begin(config.RESULTS_DIR, settings, orderOf(settings), 'calibrate'));
}

function orderOf({ order }: Settings): number {
  return order ?? Math.floor(Math.random() * 2 ** 32);
}

function plan(journal: Journal): string {
  const { settings } = journal.begun;
  const { begun, folder, measured, visits } = journal;
  const lines = visits.map(({ mode: name, repetition }) => {
    const { mode, told } = startOf(name);
    return [name, repetition, mode, ...told].join(' ');
  });
  writeFileSync(join(folder, VISITS_FILE), lines.map((line) => `${line}\n`).join(''));
  const cells = settings.modes.reduce((sum, mode) => sum + cellsOf(settings.grid, mode).length, 0);
  console.log(
    `grid ${settings.grid.name}: ${cells} cells x ${settings.repetitions} repetitions, ${settings.modes.join(', ')}`,
  );
  console.log(`order: ${begun.order} (ORDER=)`);
  if (measured.length > 0) console.log(`going on with ${folder}: ${number(measured.length)} are there (FRESH=1: anew)`);
  console.log(`about ${duration(secondsLeft(journal))}`);
  return folder;
}
