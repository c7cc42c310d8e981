/** The faults themselves. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Cell } from './cells.ts';
import type { World } from './world.ts';

const PAUSE_MS = 5_000;

/** Resolves when the fault is over; what it leaves behind is for recovery. */
export async function inflict({ engine }: World, { service, fault }: Cell): Promise<void> {
  switch (fault) {
    case 'TERM':
    case 'KILL':
      return engine.signal(service, fault);
    case 'PAUSE':
      await engine.freeze(service, true);
      await sleep(PAUSE_MS);
      return engine.freeze(service, false);
    case 'OOM':
      return engine.starve(service);
    default:
      throw new Failure(`${fault} is no fault of a round`);
  }
}
