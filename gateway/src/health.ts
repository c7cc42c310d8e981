import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

const TIMEOUT_MS = 2_000;

/** Asks the program that answers on this port of this host whether it is up: a container's health check. */
export async function isHealthy(port: number): Promise<boolean> {
  try {
    // Not fetch: loading it costs more than the rest of the check.
    const request = get({
      host: '127.0.0.1',
      port,
      path: '/healthz',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response.statusCode === 200;
  } catch {
    return false;
  }
}
