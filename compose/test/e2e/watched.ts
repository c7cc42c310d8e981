/** What dashboards have to show: a bench in every mode and faults, on a stack that Prometheus watches. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { modeNames } from '../../../gateway/src/mode-names.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import type { Result } from '../../../loadgen/src/bench/result.ts';
import { now, queryRange, type Range, type Series } from './prometheus.ts';
import { chaos } from './promises.ts';
import { type Made, make, onlyResult, short } from './support.ts';

export const watched = { OBSERVABILITY: 'on' };

export interface Bench {
  readonly made: Made;
  readonly result: Result;
  readonly durationS: number;
}

export interface Runs {
  readonly range: Range;
  /** Of the run with faults, within `range`. */
  readonly chaos: Range;
  readonly resultsDir: string;
  readonly benches: ReadonlyMap<string, Bench>;
  readonly paused: Awaited<ReturnType<typeof chaos>>;
  readonly killed: Awaited<ReturnType<typeof chaos>>;
}

/** Whether it was seen more than once. */
export const lasts = ({ points }: Series) => points.length > 1;
export const firing = (alert: string) => `ALERTS{alertname="${alert}",alertstate="firing"}`;

/**
 * One bench after the other, under load a worker that is paused and one that is killed, and a worker that stays away
 * until that is noticed.
 */
export async function watchedRuns(): Promise<Runs> {
  const resultsDir = mkdtempSync(join(tmpdir(), 'heavy-lifter-dashboards-'));
  const benches = new Map<string, Bench>();
  const from = now();
  // A Prometheus that has just started knows nobody yet, and a bench of some seconds could be over before it does.
  await succeeds('up', { MODE: 'inline' });
  await waitFor(
    'Prometheus watches',
    async () => (await queryRange('up{job="gateway"} == 1', { from, to: now() })).some(lasts),
    60_000,
  );
  // The queue last: the faults are its.
  for (const mode of [...modeNames.filter((name) => name !== 'queue'), 'queue'])
    benches.set(mode, await bench(mode, join(resultsDir, mode)));
  const chaosFrom = now();
  const hurt = (FAULT: string) => chaos({ MODE: 'queue', TARGET: 'rust-worker', FAULT, ...watched });
  // In this order: the load of the second run also shows that the worker is back from the first one's fault.
  const paused = await hurt('PAUSE');
  const killed = await hurt('KILL');
  const chaosTo = now();
  await succeeds('stop', { SERVICE: 'rust-worker' });
  // For as long as a dashboard needs to show it.
  const shown = async () => (await queryRange(firing('NoWorker'), { from, to: now() })).some(lasts);
  await waitFor('the alert', shown, 60_000);
  await succeeds('start', { SERVICE: 'rust-worker' });
  return { range: { from, to: now() }, chaos: { from: chaosFrom, to: chaosTo }, resultsDir, benches, paused, killed };
}

async function bench(MODE: string, RESULTS_DIR: string): Promise<Bench> {
  // Long enough for a rate over some scrapes.
  const DURATION = '3';
  const made = await succeeds('bench', { ...short, DURATION, MODE, RESULTS_DIR });
  return { made, result: onlyResult(RESULTS_DIR), durationS: Number(DURATION) };
}

async function succeeds(target: string, variables: Record<string, string>): Promise<Made> {
  const made = await make(target, { ...variables, ...watched });
  expect(made.code, made.output).toBe(0);
  return made;
}
