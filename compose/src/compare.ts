/** Comparisons and replays: what the generator plans, each visit in fresh processes, and the report. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { benchEnv, generate } from './bench.ts';
import { running, shutDown } from './control.ts';
import { UserError } from './errors.ts';
import { root, type Settings } from './settings.ts';
import { ensureUp } from './up.ts';

/** Goes on where an interrupted run of the same settings was. Its own stack goes down at the end. */
export async function runCompare(settings: Settings, signal: AbortSignal): Promise<number> {
  try {
    return await runVisits('compare', settings, signal);
  } finally {
    if (signal.aborted) console.log('make compare with the same settings goes on from here');
  }
}

/** The machine's ceilings and each mode's kernel: a comparison without loads. */
export const runCalibrate = (settings: Settings, signal: AbortSignal) => runVisits('calibrate', settings, signal);

/** The original's claims beside what is measured here. */
export const runClaims = (settings: Settings, signal: AbortSignal) => runVisits('claims', settings, signal);

/** What `<verb>-plan` lists, then `<verb>-report`. Its own stack goes down at the end. */
async function runVisits(verb: string, given: Settings, signal: AbortSignal): Promise<number> {
  // Each alone: not even somebody who watches.
  const settings: Settings = { ...given, OBSERVABILITY: 'off' };
  const { GATEWAY_URL: _none, ...planEnv } = benchEnv(settings, []);
  const { code, lastLine: folder } = await generate([`${verb}-plan`], planEnv, settings, signal);
  if (code !== 0) return code;
  if (await shutDown()) console.log('a stack ran: it made room');
  try {
    // Read anew each time: the last one may list others to be done once more.
    for (let n = 0, one = visitsIn(folder)[n]; one; one = visitsIn(folder)[++n]) {
      const visited = await visit(`${verb}-visit`, { ...settings, ...one.told, MODE: one.mode }, folder, one, signal);
      if (visited !== 0) return visited;
    }
  } finally {
    await shutDown();
  }
  return (await generate([`${verb}-report`, folder], {}, settings, signal)).code;
}

/** Resolves to 0 if the comparisons `A` and `B` are equal within noise, to 1 if they are not. */
export async function runCompareRuns(settings: Settings, signal: AbortSignal): Promise<number> {
  const { A, B } = settings;
  if (!A || !B) throw new UserError('which two? make compare-runs A=results/...-compare B=results/...-compare');
  return (await generate(['compare-runs', A, B], {}, settings, signal)).code;
}

interface Visit {
  readonly name: string;
  readonly repetition: string;
  readonly mode: string;
  /** Settings of this visit alone. */
  readonly told: Readonly<Record<string, string>>;
}

async function visit(
  verb: string,
  settings: Settings,
  folder: string,
  { name, repetition, told }: Visit,
  signal: AbortSignal,
): Promise<number> {
  console.log(`\n== ${name}, repetition ${repetition} ==`);
  await shutDown();
  const from = performance.now();
  // Nobody keeps a connection to a gateway that has been measured.
  await ensureUp(settings, signal, { ...process.env, MODE: settings.MODE, SHUTDOWN_GRACE_MS: '0', ...told });
  const STARTUP_MS = String(Math.round(performance.now() - from));
  const env = { ...benchEnv(settings, (await running())?.services ?? []), STARTUP_MS };
  return (await generate([verb, folder, name, repetition], env, settings, signal)).code;
}

function visitsIn(folder: string): Visit[] {
  const lines = readFileSync(resolve(root, folder, 'visits'), 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => {
    const [name = '', repetition = '', mode = '', ...told] = line.split(' ');
    return { name, repetition, mode, told: Object.fromEntries(told.map((one) => one.split('='))) };
  });
}
