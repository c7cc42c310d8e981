import { Redis } from 'ioredis';

const TIMEOUT_MS = 1_500;

/** Whether the address of a service's `health` says that it is up. */
export async function isHealthy(address: string): Promise<boolean> {
  try {
    if (address.startsWith('redis:')) return await pings(address);
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function pings(address: string): Promise<boolean> {
  const redis = new Redis(address, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } finally {
    redis.disconnect();
  }
}
