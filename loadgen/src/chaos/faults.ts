/** The faults themselves. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiskState, Engine } from '../engine/engine.ts';
import { Failure } from '../failure.ts';
import type { Cell } from './cells.ts';
import { floodFor } from './overload.ts';
import type { Overload } from './result.ts';
import type { World } from './world.ts';

const PAUSE_MS = 5_000;
/** Of each fdatasync, and so of each turn of Redis that wrote: a bad network disk. */
const SLOW_DISK_MS = 200;
const BAD_DISK_FOR_MS = 10_000;
/** An answer that takes longer does not come. */
const WRITE_LIMIT_MS = 1_000;

/** A fault that can be inflicted again and again; resolves when it is over, and what it leaves behind is for recovery. */
export type Inflict = () => Promise<Overload | undefined>;

/** Made before the load begins: some faults have to know the service first. */
export async function faultFor(world: World, cell: Cell, keyPrefix: string, signal: AbortSignal): Promise<Inflict> {
  const { engine } = world;
  const { service, fault } = cell;
  switch (fault) {
    case 'TERM':
    case 'KILL':
      return async () => void (await engine.signal(service, fault));
    case 'PAUSE':
      return async () => {
        await engine.freeze(service, true);
        try {
          await sleep(PAUSE_MS, undefined, { signal });
        } finally {
          await engine.freeze(service, false);
        }
        return undefined;
      };
    case 'OOM':
      return async () => void (await engine.starve(service));
    case 'OVERLOAD':
      return floodFor(world, cell, keyPrefix, signal);
    case 'SLOW_DISK':
      return badDisk(engine, `slow ${SLOW_DISK_MS}`, signal, async () => {
        if (((await world.backlog?.writeMs()) ?? 0) < SLOW_DISK_MS) throw new Failure('the disk did not become slow');
      });
    case 'FULL_DISK':
      return badDisk(engine, 'full', signal, async () => {
        const written = world.backlog?.writeMs().catch(() => undefined);
        // A Redis that has ended refuses nothing.
        const answer = await Promise.race([written, sleep(WRITE_LIMIT_MS, undefined, { signal })]);
        if (answer !== undefined) throw new Failure('the disk did not become full');
      });
  }
}

/** Ten seconds of a bad disk, once `check` has seen that it is bad. */
async function badDisk(engine: Engine, state: DiskState, signal: AbortSignal, check: () => Promise<void>) {
  await engine.disk('good');
  return async () => {
    await engine.disk(state);
    try {
      await check();
      await sleep(BAD_DISK_FOR_MS, undefined, { signal });
    } finally {
      await engine.disk('good');
    }
    return undefined;
  };
}
