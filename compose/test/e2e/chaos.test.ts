/** `make chaos`, where it depends on how a runtime ends a process and starts it again. */
import { expect, it } from 'vitest';
import { chaos } from './promises.ts';
import { make } from './support.ts';

it('a gateway that is told to leave serves what is in flight', async () => {
  const { result } = await chaos({ MODE: 'queue', TARGET: 'gateway', FAULT: 'TERM' });
  const [cell] = result.cells;
  expect(cell?.rounds[0]?.inHand.requests).toBeGreaterThan(0);
  expect(cell?.rounds[0]?.inHand.notServed).toBe(0);
});

it('a cell that a mode does not have is said in one line', async () => {
  const { code, output } = await make('chaos', { MODE: 'pool', TARGET: 'redis' });
  expect(code).not.toBe(0);
  expect(output).toMatch(/^TARGET is not possible: mode pool has no cell redis x any$/m);
});
