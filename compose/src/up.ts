/** The stack that the settings ask for, and no other. */
import { launch, running, type Spec, shutDown } from './control.ts';
import { UserError } from './errors.ts';
import { planCpus } from './plan.ts';
import { takenPorts } from './ports.ts';
import { services } from './services.ts';
import { readShared, type Settings } from './settings.ts';

/** Makes the wanted stack run. Resolves to whether it had to be started. */
export async function ensureUp(settings: Settings, signal: AbortSignal): Promise<boolean> {
  const plan = planCpus(settings.CPUS, settings.REDIS_CPUS);
  const spec: Spec = { mode: settings.MODE, services: services(settings, readShared(process.env), plan) };
  const current = await running();
  if (current && JSON.stringify(current) === JSON.stringify(spec)) return false;
  if (current) {
    const what = current.mode === spec.mode ? 'with other settings' : `in mode ${current.mode}`;
    console.log(`a stack runs ${what}: replacing it`);
    await shutDown();
  }
  const taken = await takenPorts(spec.services);
  if (taken.length > 0) throw new UserError(taken.join('\n'));
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
