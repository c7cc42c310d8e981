/** What holds for every mode, whatever it is: a suite that a new file in `modes/` is in by itself. */
import { afterAll, beforeAll, describe } from 'vitest';
import { modeNames } from '../../src/mode-names.ts';
import { startTestGateway, startWorld, type TestGateway, twins, type World } from './gateway.ts';
import { waitFor } from './wait.ts';

/** There from the first test of the mode to its last. */
export interface Running {
  world: World;
  gateway: TestGateway;
}

/** Every mode, and once more those of which what computes is there in JavaScript, too. */
const ways = [
  ...modeNames.map((mode) => ({ mode, name: mode, start: () => startWorld(mode) })),
  ...Object.entries(twins).map(([mode, start]) => ({ mode, name: `${mode} (js)`, start })),
];

/** Declares `tests` for each mode, with a gateway of it that is ready, and what it needs around it. */
export function describeEachMode(tests: (mode: string, running: Running) => void): void {
  describe.each(ways)('$name', ({ mode, start }) => {
    const running = {} as Running;
    beforeAll(async () => {
      running.world = await start();
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
