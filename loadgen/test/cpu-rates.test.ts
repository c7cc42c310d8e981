import { expect, it } from 'vitest';
import { CpuRates } from '../src/engine/cpu-rates.ts';

it('tells the cores of late, and nothing where there was no reading of late of the same process', () => {
  const rates = new CpuRates();
  const cores = (run: string, seconds: number, at: number) => rates.cores('gateway-pool', run, { seconds, at });
  expect(cores('1', 10, 1_000)).toBeNull();
  expect(cores('1', 10.5, 2_000)).toBe(0.5);
  // The same reading again.
  expect(cores('1', 10.5, 2_000)).toBe(0.5);
  expect(cores('2', 0.1, 3_000)).toBeNull();
  expect(cores('2', 1.6, 4_000)).toBe(1.5);
  expect(cores('2', 9, 60_000)).toBeNull();
});
