import { describe, expect, it } from 'vitest';
import { parseCpuList, split } from '../src/plan.ts';

const alone = (cpu: number) => [cpu];
/** CPU n and n + 8 are the two threads of a core, as on many Intel machines. */
const halves = (cpu: number) => [cpu % 8, (cpu % 8) + 8];
/** CPU 2n and 2n + 1 are, as on many AMD machines. */
const neighbours = (cpu: number) => [cpu - (cpu % 2), cpu - (cpu % 2) + 1];
const cpus = (n: number) => Array.from({ length: n }, (_, cpu) => cpu);

describe('the CPU plan', () => {
  it('shares a single CPU', () => {
    expect(split([3], alone)).toEqual({ service: [3], generator: [3] });
  });

  it('leaves one of two to the generator', () => {
    expect(split([0, 1], alone)).toEqual({ service: [0], generator: [1] });
    // Nothing else is there, so the sibling it is.
    expect(split([0, 1], neighbours)).toEqual({ service: [0], generator: [1] });
  });

  it('takes at most eight for the services', () => {
    expect(split(cpus(12), alone)).toEqual({ service: cpus(8), generator: [8, 9, 10, 11] });
    expect(split(cpus(12), alone, 99).service).toEqual(cpus(8));
  });

  it('takes as many as it is told; told to take all, the generator shares them', () => {
    expect(split(cpus(8), alone, 3)).toEqual({ service: [0, 1, 2], generator: [3, 4, 5, 6, 7] });
    expect(split(cpus(4), alone, 4)).toEqual({ service: cpus(4), generator: cpus(4) });
    expect(split(cpus(2), alone, 9)).toEqual({ service: cpus(2), generator: cpus(2) });
  });

  it('uses only what the process may use', () => {
    expect(split([2, 5, 9], alone)).toEqual({ service: [2, 5], generator: [9] });
  });

  it.each([
    ['neighbours', neighbours],
    ['halves', halves],
  ])('keeps the generator off the siblings of service cores: %s', (_name, siblings) => {
    for (const wanted of [1, 3, 7, 8]) {
      const { service, generator } = split(cpus(16), siblings, wanted);
      expect(service.length).toBe(wanted);
      expect(generator.length).toBeGreaterThan(0);
      for (const cpu of generator) for (const sibling of siblings(cpu)) expect(service).not.toContain(sibling);
    }
  });

  it('reads lists', () => {
    expect(parseCpuList('0-3,6\n')).toEqual([0, 1, 2, 3, 6]);
    expect(parseCpuList('')).toEqual([]);
  });
});
