/** The stack that the settings ask for, and no other. */
import { apply, launch, running, type Spec, shutDown } from './control.ts';
import { UserError } from './errors.ts';
import { planCpus } from './plan.ts';
import { takenPorts } from './ports.ts';
import { type Service, services } from './services.ts';
import { readShared, type Settings } from './settings.ts';
import { watchers, writeScrapeConfig } from './watchers.ts';

/** Makes the wanted stack run; `env`: what its services are told. Resolves to whether it had to be started. */
export async function ensureUp(
  settings: Settings,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const plan = planCpus(settings.CPUS, settings.REDIS_CPUS);
  const serving = services(settings, readShared(env), plan);
  const watching = watchers(settings, serving, plan.generator);
  const spec: Spec = { mode: settings.MODE, services: [...serving, ...watching.services] };
  if (watching.services.length > 0) writeScrapeConfig(settings, spec.services);
  const current = await running();
  if (current && JSON.stringify(current) === JSON.stringify(spec)) return false;
  if (current && differOnlyInNumber(current, spec)) {
    const before = new Set(current.services.map(({ name }) => name));
    await refuseTakenPorts(spec.services.filter(({ name }) => !before.has(name)));
    await apply(spec, current);
    return false;
  }
  if (current) {
    const what = current.mode === spec.mode ? 'with other settings' : `in mode ${current.mode}`;
    console.log(`a stack runs ${what}: replacing it`);
    await shutDown();
  }
  await refuseTakenPorts(spec.services);
  for (const line of watching.missing) console.log(line);
  console.log(`starting ${spec.services.map(({ name }) => name).join(', ')}`);
  try {
    await launch(spec, signal);
    signal.throwIfAborted();
  } catch (error) {
    await shutDown();
    throw error;
  }
  return true;
}

async function refuseTakenPorts(services: readonly Service[]): Promise<void> {
  const taken = await takenPorts(services);
  if (taken.length > 0) throw new UserError(taken.join('\n'));
}

/** Whether what is in both stacks is the same in both: then the rest can be added or ended without touching it. */
function differOnlyInNumber(current: Spec, wanted: Spec): boolean {
  if (current.mode !== wanted.mode) return false;
  const before = new Map(current.services.map((service) => [service.name, JSON.stringify(service)]));
  return wanted.services.every(
    (service) => (before.get(service.name) ?? JSON.stringify(service)) === JSON.stringify(service),
  );
}
