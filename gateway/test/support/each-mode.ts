/** What holds for every mode, whatever it is: a suite that a new file in `modes/` is in by itself. */
import { afterAll, beforeAll, describe } from 'vitest';
import { modeNames } from '../../src/mode-names.ts';
import { startTestGateway, startWorld, type TestGateway, type World } from './gateway.ts';
import { waitFor } from './wait.ts';

/** There from the first test of the mode to its last. */
export interface Running {
  world: World;
  gateway: TestGateway;
}

/** Declares `tests` for each mode, with a gateway of it that is ready, and what it needs around it. */
export function describeEachMode(tests: (mode: string, running: Running) => void): void {
  describe.each(modeNames)('%s', (mode) => {
    const running = {} as Running;
    beforeAll(async () => {
      running.world = await startWorld(mode);
      running.gateway = await startTestGateway(mode, running.world.env);
      await ready(running.gateway);
    });
    afterAll(async () => {
      await running.gateway?.stop();
      await running.world?.close();
    });
    tests(mode, running);
  });
}

export async function ready(gateway: TestGateway): Promise<void> {
  await waitFor('ready', async () => (await fetch(`${gateway.url}/readyz`)).ok);
}
