/** Threads of Rust in a gateway: no task holds them, however large it is; and none is done twice where tasks are cut. */
import { workload } from '@heavy-lifter/workloads';
import { expect, it } from 'vitest';
import { startTestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { waitFor } from './support/wait.ts';

const GIANTS = 6;

it('native does a small task beside giants that came before it', async () => {
  const gateway = await startTestGateway('native', { THREADS: '1', KERNEL: 'scalar' });
  const leave = new AbortController();
  let ended = 0;
  const giants = Array.from({ length: GIANTS }, async () => {
    await fetch(`${gateway.url}/blocking?ops=2000000000`, { signal: leave.signal }).catch(() => {});
    ended++;
  });
  await waitFor('begun', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === GIANTS);
  expect((await fetch(`${gateway.url}/blocking?ops=1000`)).status).toBe(200);
  // In the order in which they came it would have been the last.
  expect(ended).toBeLessThan(GIANTS / 2);
  leave.abort();
  await Promise.all(giants);
  await gateway.stop();
});

it.each(['pool', 'wasm', 'native'])('%s does every op of a task of several turns once', async (mode) => {
  const gateway = await startTestGateway(mode, { THREADS: '2' });
  const [ops, seed] = [2 * workload.turnSize + 5, 7];
  for (const chunks of [1, 3]) {
    const response = await fetch(`${gateway.url}/blocking?ops=${ops}&chunks=${chunks}&seed=${seed}`);
    expect(await response.json()).toMatchObject(workload.solve({ ops, chunks, seed }));
  }
  await gateway.stop();
});
