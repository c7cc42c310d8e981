/** What a comparison and a calibration leave in their folders. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPage } from './page.ts';
import { renderCalibration, renderCompare } from './report.ts';
import type { CompareResult } from './result.ts';

/** Words, page and result; returns the words. */
export function saveCompare(result: CompareResult, folder: string): string {
  return save(result, folder, { 'report.md': renderCompare(result), 'report.html': renderPage(result) });
}

/** Words and result; returns the words. */
export function saveCalibration(result: CompareResult, folder: string): string {
  return save(result, folder, { 'report.md': renderCalibration(result) });
}

function save(result: CompareResult, folder: string, files: { 'report.md': string; 'report.html'?: string }): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text.trimEnd()}\n`);
  // The last one: a comparison without it is unfinished.
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  return files['report.md'];
}
