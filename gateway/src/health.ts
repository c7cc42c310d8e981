import type { Config } from './config.ts';

const TIMEOUT_MS = 2_000;

/** Asks the gateway that runs with these settings on this host whether it is up: a container's health check. */
export async function isHealthy({ ADMIN_PORT }: Config): Promise<boolean> {
  try {
    const { ok } = await fetch(`http://127.0.0.1:${ADMIN_PORT}/healthz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return ok;
  } catch {
    return false;
  }
}
