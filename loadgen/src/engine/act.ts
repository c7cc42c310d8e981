/** What may be done to a service by name: a closed list. */
import type { Engine } from './engine.ts';

export const SERVICE_VERBS = ['kill', 'term', 'pause', 'resume', 'stop', 'start'] as const;
export type ServiceVerb = (typeof SERVICE_VERBS)[number];

const ACTIONS: Record<ServiceVerb, (engine: Engine, service: string) => Promise<void>> = {
  kill: (engine, service) => engine.signal(service, 'KILL'),
  term: (engine, service) => engine.signal(service, 'TERM'),
  pause: (engine, service) => engine.freeze(service, true),
  resume: (engine, service) => engine.freeze(service, false),
  stop: (engine, service) => engine.stop(service),
  start: (engine, service) => engine.start(service),
};

/** Resolves when the engine has done it: whoever was stopped has ended. Throws a `Failure` for what it refuses. */
export const act = (engine: Engine, verb: ServiceVerb, service: string): Promise<void> =>
  ACTIONS[verb](engine, service);
