/** What is done to what: a cell is one fault to one service of a mode. */
import { Failure } from '../failure.ts';

export const TARGETS = ['gateway', 'rust-microservice', 'node-service', 'rust-worker', 'redis'] as const;
export type Target = (typeof TARGETS)[number];

/**
 * TERM and KILL end the process. PAUSE freezes it for 5 s. OOM lets the kernel kill it for its memory (docker).
 * SLOW_DISK makes every fdatasync of Redis slow, FULL_DISK leaves its files no room (local). OVERLOAD asks for ten
 * times what can be served.
 */
export const FAULTS = ['TERM', 'KILL', 'PAUSE', 'OOM', 'SLOW_DISK', 'FULL_DISK', 'OVERLOAD'] as const;
export type Fault = (typeof FAULTS)[number];

/** Faults that one runtime alone can make. */
export const RUNTIME_OF: Partial<Record<Fault, 'local' | 'docker'>> = {
  OOM: 'docker',
  SLOW_DISK: 'local',
  FULL_DISK: 'local',
};

export interface Cell {
  readonly target: Target;
  /** The service's name in the stack. */
  readonly service: string;
  readonly fault: Fault;
}

const ALWAYS: Fault[] = ['TERM', 'KILL'];

/** What of a chaos run's settings its cells follow from. */
export interface Wanted {
  readonly MODE: string;
  /** What the service of `microservice` is written in. */
  readonly IMPLEMENTATION?: 'js' | 'rust' | undefined;
  readonly TARGET?: Target | undefined;
  readonly FAULT?: Fault | undefined;
}

/** The cells that the mode has, narrowed to one target or fault where they are given. Throws a `Failure` if none is left. */
export function cellsOf({ MODE: mode, IMPLEMENTATION, TARGET: target, FAULT: fault }: Wanted): Cell[] {
  const all = targetsOf(mode, IMPLEMENTATION);
  const targets = target ? all.filter((one) => one === target) : all;
  const cells = targets.flatMap((one) =>
    (fault ? [fault] : ALWAYS)
      .filter((what) => suits(what, one))
      .map((what): Cell => ({ target: one, service: one === 'gateway' ? `gateway-${mode}` : one, fault: what })),
  );
  if (cells.length === 0) throw new Failure(`mode ${mode} has no cell ${target ?? 'any'} x ${fault ?? 'any'}`);
  return cells;
}

function targetsOf(mode: string, implementation: Wanted['IMPLEMENTATION']): Target[] {
  if (mode === 'microservice') return ['gateway', implementation === 'js' ? 'node-service' : 'rust-microservice'];
  if (mode === 'queue') return ['gateway', 'rust-worker', 'redis'];
  return ['gateway'];
}

function suits(fault: Fault, target: Target): boolean {
  if (fault === 'SLOW_DISK' || fault === 'FULL_DISK') return target === 'redis';
  return fault !== 'OVERLOAD' || target === 'gateway';
}
