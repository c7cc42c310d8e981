/** Whether a service takes work, asked where it says so itself. */
import type { World } from './world.ts';

const PATIENCE_MS = 1_000;

export async function isReady({ config, backlog }: World, service: string): Promise<boolean> {
  if (service === 'redis') return (await backlog?.answers()) ?? false;
  // Its own address: behind a shared port another gateway would answer.
  const base = config.SERVICES.find(({ name }) => name === service)?.url;
  try {
    const response = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
