/** What is wrong with all that a verb is going to start, asked of the programs themselves before any of it is started. */
import { join } from 'node:path';
import { modeNames } from '@heavy-lifter/gateway/mode-names';
import { benchEnv, ORIGINAL } from './bench.ts';
import { UserError } from './errors.ts';
import { memoryProblems } from './limits.ts';
import { architectures, modesOf, rowOf } from './modes.ts';
import { cpuProblems, planCpus } from './plan.ts';
import { type Listener, sharedPorts, takenPorts } from './ports.ts';
import { check } from './program.ts';
import { services } from './services.ts';
import { type Asked, readAsked, refusal, root, type Settings } from './settings.ts';
import { watchers } from './watchers.ts';

interface Planned {
  readonly settings: Settings;
  /** The generator's verb, and what it is told in place of the user's wishes. */
  readonly generate?: string;
  readonly told?: Readonly<Record<string, string>>;
}

const listed = ({ MODES }: Settings, byDefault: readonly string[]) => MODES?.split(',') ?? byDefault;

/** What each verb starts, now or later; one that is not here starts nothing. */
const plans: Record<string, (settings: Settings) => Planned[]> = {
  up: (settings) => [{ settings }],
  live: (settings) => [{ settings }],
  tour: (settings) => [{ settings }],
  bench: (settings) => [{ settings, generate: 'bench' }],
  chaos: (settings) => modesOf(settings).map((MODE) => ({ settings: { ...settings, MODE }, generate: 'chaos' })),
  'chaos-control': (settings) => [{ settings: { ...settings, MODE: 'queue' }, generate: 'chaos-control' }],
  scoreboard: (settings) =>
    listed(settings, architectures).map((name) => ({
      settings: rowOf(settings, name),
      generate: 'bench',
      told: ORIGINAL,
    })),
  compare: (settings) => visits(settings, 'compare-plan', listed(settings, modeNames)),
  calibrate: (settings) => visits(settings, 'calibrate-plan', listed(settings, modeNames)),
  claims: (settings) => visits(settings, 'claims-plan', architectures),
};

/** One after the other, on the same ports and planned as a whole; a control is no mode of its own. */
function visits(settings: Settings, generate: string, names: readonly string[]): Planned[] {
  const modes = modeNames.filter((mode) => names.includes(mode));
  const alone = { ...settings, OBSERVABILITY: 'off' as const };
  return [{ settings, generate }, ...modes.map((MODE) => ({ settings: { ...alone, MODE } }))];
}

/** The settings of `verb`. Throws a `UserError` with a line for everything that it, or a program that it starts, finds wrong. */
export async function settingsFor(verb: string, env: NodeJS.ProcessEnv): Promise<Settings> {
  const asked = readAsked(env);
  const planned = plans[verb]?.(asked.settings) ?? [];
  const found = await Promise.all(planned.map((one) => problemsOf(one, asked, env)));
  const problems = [...asked.problems, ...found.flat()];
  if (problems.length > 0) throw refusal(problems);
  const generators = planned.filter(({ generate }) => generate).slice(0, 1);
  const taken = await takenPorts(generators.map(({ settings }) => generatorOf(settings)));
  if (taken.length > 0) throw new UserError(taken.join('\n'));
  return asked.settings;
}

const generatorOf = ({ METRICS_PORT }: Settings): Listener => ({ name: 'loadgen', ports: { METRICS_PORT } });

async function problemsOf({ settings, generate, told }: Planned, { shared }: Asked, env: NodeJS.ProcessEnv) {
  const plan = planCpus(settings.CPUS, settings.REDIS_CPUS);
  const serving = services(settings, shared, plan);
  const all = [...serving, ...watchers(settings, serving, '').services, generatorOf(settings)];
  const threads = Number(settings.THREADS ?? plan.serviceCores);
  const programs = serving.filter(({ checks }) => checks).map((one) => check(one.command, one.env));
  if (generate) {
    const command = [process.execPath, join(root, 'loadgen/dist/main.js'), generate];
    programs.push(check(command, { ...env, ...benchEnv(settings, serving), ...told }));
  }
  return [
    ...cpuProblems(settings),
    ...sharedPorts(all),
    ...memoryProblems(modesOf(settings), threads, shared, settings),
    ...(await Promise.all(programs)).flat(),
  ];
}
