import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/bench/config.ts';
import { countCpus, handicaps, plan } from '../src/bench/machine.ts';

describe('the number of CPUs in a list', () => {
  it.each([
    ['', 0],
    ['0', 1],
    ['0-3', 4],
    ['0-3,6', 5],
    ['1,3,5', 3],
    ['0-1,4-7', 6],
    ['10-11', 2],
  ])('"%s" is %i', (list, count) => {
    expect(countCpus(list)).toBe(count);
  });
});

function planOf(env: Record<string, string>) {
  const read = readConfig({ MODE: 'pool', ...env });
  if ('problems' in read) throw new Error(read.problems.join());
  return plan(read.config);
}

describe('the CPU plan', () => {
  it('counts the cores of the services, not of the machine', () => {
    expect(planOf({ SERVICE_CPUS: '0-2' })).toMatchObject({ serviceCores: 3, threads: 3 });
  });

  it('tells threads from cores', () => {
    expect(planOf({ SERVICE_CPUS: '0-2', THREADS: '8' })).toMatchObject({ serviceCores: 3, threads: 8 });
  });
});

describe('what keeps figures from being comparable', () => {
  const full = planOf({ SERVICE_CPUS: '0-7', GENERATOR_CPUS: '8-9' });

  it('is nothing on eight service cores and a generator apart', () => {
    expect(handicaps(full, false)).toEqual([]);
  });

  it.each([
    ['few cores', { ...full, serviceCores: 2 }, false, /2 service core/],
    ['no pinning', { ...full, serviceCpus: '' }, false, /nothing is pinned/],
    ['a generator on the same cores', { ...full, generatorCpus: full.serviceCpus }, false, /no core of its own/],
    ['a generator at its limit', full, true, /at its limit/],
  ])('is %s', (_, cores, saturated, note) => {
    expect(handicaps(cores, saturated)).toEqual([expect.stringMatching(note)]);
  });
});
