/** Other modes leave no backlog, but threads that still work: the next load must not pay for this one. */
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 40_000;
const POLL_MS = 50;

/** Waits until no task is in flight. Resolves to a note if it does not come to that. */
export async function settle(adminUrl: string | undefined, signal: AbortSignal): Promise<string | undefined> {
  const deadline = Date.now() + LIMIT_MS;
  while (adminUrl && !signal.aborted) {
    const inFlight = await tasksInFlight(adminUrl);
    if (inFlight === 0) return undefined;
    if (Date.now() > deadline)
      return `after ${LIMIT_MS / 1000} s the gateway still has ${inFlight ?? 'no answer'} in flight`;
    await sleep(POLL_MS);
  }
  return undefined;
}

async function tasksInFlight(adminUrl: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${adminUrl}/metrics?name[]=tasks_in_flight`, { signal: AbortSignal.timeout(2_000) });
    const value = /^tasks_in_flight(?:\{[^}]*\})? (\S+)/m.exec(await response.text())?.[1];
    return Number(value ?? 0);
  } catch {
    return undefined;
  }
}
