import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Config } from './config.ts';

const TIMEOUT_MS = 2_000;

/** Asks the gateway that runs with these settings on this host whether it is up: a container's health check. */
export async function isHealthy({ ADMIN_PORT }: Config): Promise<boolean> {
  try {
    // Not fetch: loading it costs more than the rest of the check.
    const request = get({
      host: '127.0.0.1',
      port: ADMIN_PORT,
      path: '/healthz',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response.statusCode === 200;
  } catch {
    return false;
  }
}
