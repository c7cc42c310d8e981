/** What is asked of the supervisor about one service. */
import { ask, status } from './control.ts';
import { UserError } from './errors.ts';
import type { Settings } from './settings.ts';
import type { ServiceStatus } from './stack.ts';

const DONE = { start: 'is started and healthy', stop: 'is stopped', kill: 'got' };

/** The service of that name as it is now. */
export async function find(name: string): Promise<ServiceStatus | undefined> {
  return (await status())?.services.find((service) => service.name === name);
}

/**
 * Has SERVICE started, stopped or sent SIGNAL. Resolves to its name and how often it had been started again before.
 * Throws a `UserError` for what cannot be done.
 */
export async function order(
  what: keyof typeof DONE,
  { SERVICE = '', SIGNAL }: Settings,
): Promise<{ name: string; restarts: number }> {
  const before = performance.now();
  const query = new URLSearchParams({ service: SERVICE, signal: SIGNAL });
  const reply = await ask<{ name: string; restarts: number }>(`/${what}?${query}`);
  if (!reply) throw new UserError('nothing is up: make up');
  const seconds = ((performance.now() - before) / 1000).toFixed(2);
  console.log(`${reply.name} ${DONE[what]}${what === 'kill' ? ` SIG${SIGNAL}` : ''} (${seconds} s)`);
  return reply;
}
