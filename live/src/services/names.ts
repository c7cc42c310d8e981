import type { Config } from '../config.ts';

/** The services that may be asked for and acted upon. Redis has no admin port, and so is not in SERVICES. */
export function namesOf({ SERVICES, REDIS_URL, LANES }: Pick<Config, 'SERVICES' | 'REDIS_URL' | 'LANES'>): string[] {
  const names = SERVICES.map(({ name }) => name);
  const queued = REDIS_URL !== undefined && LANES.some(({ name }) => name === 'queue');
  return [...new Set(queued ? [...names, 'redis'] : names)];
}
