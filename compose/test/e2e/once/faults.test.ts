/**
 * `make chaos`: short runs of the real thing. What it promises of long ones is in its own result. Containers have a run
 * with a killed worker for their dashboards, and the same test of it.
 */
import { expect, it } from 'vitest';
import { chaos, expectNothingLost } from '../promises.ts';
import { make } from '../support.ts';

it('a killed gateway without a queue takes what it had in flight along, and that is counted', async () => {
  const { output, result } = await chaos({ MODE: 'pool', TARGET: 'gateway', FAULT: 'KILL' });
  const [cell] = result.cells;
  expect(cell?.rounds[0]?.inHand.notServed, output).toBeGreaterThan(0);
  expect(cell?.counts.unknown).toBeGreaterThan(0);
  expect(cell?.rounds[0]?.ms.firstSuccess).toBeGreaterThan(0);
});

it('the checker sees what a queue loses that keeps no second copy', async () => {
  const { code, output } = await make('chaos-control', { ROUNDS: '2' });
  expect(code, output).toBe(0);
  expect(output).toMatch(/acknowledged, \d+ completed, [1-9]\d* lost/);
});

it('a queue whose worker is killed loses nothing, and starts the job in hand again', async () => {
  expectNothingLost(await chaos({ MODE: 'queue', TARGET: 'rust-worker', FAULT: 'KILL' }));
});
