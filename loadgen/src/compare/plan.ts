/** What there is to do, for the runner, who starts each visit's processes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { number } from '../format.ts';
import { type CompareConfig, settingsOf } from './config.ts';
import { startOf } from './contenders.ts';
import { cellsOf } from './grid.ts';
import { Journal } from './journal.ts';
import { duration, secondsLeft } from './left.ts';

/** In the folder of a comparison: a line "name repetition mode kernel" for each visit that is left, in order. */
export const VISITS_FILE = 'visits';

/** Finds the journal to go on with, or begins one; says what is ahead. Returns its folder. */
export function planCompare(config: CompareConfig): string {
  const settings = settingsOf(config);
  const order = settings.order ?? Math.floor(Math.random() * 2 ** 32);
  const journal = Journal.open(config.RESULTS_DIR, settings, order, config.FRESH);
  const { begun, folder, measured, visits } = journal;
  const lines = visits.map(({ mode: name, repetition }) => {
    const { mode, kernel } = startOf(name);
    return `${name} ${repetition} ${mode} ${kernel}`.trim();
  });
  writeFileSync(join(folder, VISITS_FILE), lines.map((line) => `${line}\n`).join(''));
  const cells = settings.modes.reduce((sum, mode) => sum + cellsOf(settings.grid, mode).length, 0);
  console.log(
    `grid ${settings.grid.name}: ${cells} cells x ${settings.repetitions} repetitions, ${settings.modes.join(', ')}`,
  );
  console.log(`order: seed ${begun.order} (ORDER=)`);
  if (measured.length > 0) console.log(`going on with ${folder}: ${number(measured.length)} are there (FRESH=1: anew)`);
  console.log(`about ${duration(secondsLeft(journal))}`);
  return folder;
}
