/**
 * What a busy neighbour did to the figures of real runs (`loadgen/scripts/neighbour.ts pool queue`, two cores): five benches
 * alone and five beside an endless loop of the weight of the compute threads.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { medians, type Pair } from '../scripts/figures/neighbour.ts';

const measured: Record<string, Pair[]> = JSON.parse(
  readFileSync(new URL('measured/neighbour-local-19.json', import.meta.url), 'utf8'),
);
const { pool = [], queue = [] } = measured;
const difference = (pairs: Pair[], figure: string) => Math.abs(medians(pairs, figure).difference as number);

it('leaves the CPU time of the arithmetic and of accepting as they were', () => {
  for (const pairs of [pool, queue]) expect(difference(pairs, 'computeCpuMs')).toBeLessThan(0.05);
  expect(difference(queue, 'acceptUs')).toBeLessThan(0.15);
});

it('halves what the clock on the wall says, and is known for it', () => {
  expect(difference(pool, 'efficiency')).toBeGreaterThan(0.3);
  expect(pool.map(({ alone, beside }) => [alone.disturbed, beside.disturbed])).toEqual(pool.map(() => [false, true]));
});

it('changes the overhead of a task by less than that', () => {
  for (const pairs of [pool, queue])
    expect(difference(pairs, 'overheadUs')).toBeLessThan(difference(pool, 'efficiency'));
});
