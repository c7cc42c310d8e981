/** A bench that is broken off. */
import { expect, it } from 'vitest';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { begin, make, openPorts, running, short } from './support.ts';

it('ended by Ctrl-C takes down the stack that it started', async () => {
  await make('down');
  const bench = begin('bench', { ...short, MODE: 'pool', DURATION: '60' });
  await waitFor('the measuring to begin', () => bench.output().includes('measure:'), 60_000);
  expect(await running()).not.toEqual([]);
  bench.interrupt();
  expect((await bench.ended).code).not.toBe(0);
  expect((await make('status')).output).toContain('nothing is up');
  expect(await openPorts()).toEqual([]);
});
