/** Whether a machine was ours: what is made of the system's counts, and that there are such counts. */
import { describe, expect, it } from 'vitest';
import { disturbanceOf, inWords, isDisturbed, summaryOf, UNKNOWN } from '../src/bench/disturbance.ts';
import type { MachineTime } from '../src/watch/machine-time.ts';
import { watchMachine } from '../src/watch/machine-time.ts';
import type { Resource } from '../src/watch/resources.ts';
import { exampleResult } from './support/runs.ts';
import { waitFor } from './support/wait.ts';

const plan = { ...exampleResult().plan, serviceCpus: '0', generatorCpus: '1', redisCpus: '', serviceCores: 1 };
const TEN_S: MachineTime = { elapsedS: 10, busyS: 8, stealS: 0, runnable: 2, cpus: 1 };

const used = (cpuS: number, kernelCpuS = 0, threadsS = kernelCpuS): Resource => ({
  cpuS,
  peakRssBytes: 1,
  restarts: 0,
  ...(kernelCpuS > 0 ? { kernels: { cpuS: kernelCpuS, threadsS, ops: 1 } } : {}),
});

describe('a machine', () => {
  it('is ours where its cores did nothing but this run', () => {
    const all = { 'gateway-pool': used(8, 7, 7.2), generator: used(6) };
    const found = disturbanceOf(TEN_S, all, plan);
    expect(found).toMatchObject({ factor: 1, others: 0, steal: 0 });
    expect(isDisturbed(found)).toBe(false);
  });

  it('is disturbed where others had its cores, and where a machine below had', () => {
    const loop = disturbanceOf({ ...TEN_S, busyS: 10 }, { 'gateway-pool': used(5, 4.8, 9.6) }, plan);
    expect(loop).toMatchObject({ others: 0.5, stretch: 2, factor: 2 });
    const stolen = disturbanceOf({ ...TEN_S, stealS: 4 }, { 'gateway-pool': used(6, 5.8, 9.9) }, plan);
    expect(stolen.factor).toBeGreaterThan(1.5);
    expect([loop, stolen].every(isDisturbed)).toBe(true);
  });

  it('is not where others were on cores that nobody wanted: the arithmetic waited for no CPU', () => {
    const found = disturbanceOf({ ...TEN_S, busyS: 9 }, { 'gateway-pool': used(4, 3.9, 4) }, plan);
    expect(found.others).toBe(0.5);
    expect(isDisturbed(found)).toBe(false);
  });

  it('is not where threads of ours wait for each other', () => {
    const found = disturbanceOf({ ...TEN_S, busyS: 10 }, { 'gateway-unpooled': used(10, 8, 4_000) }, plan);
    expect(found.stretch).toBe(500);
    expect(isDisturbed(found)).toBe(false);
  });

  it('counts what shares the cores with the services, and nothing else, as ours', () => {
    const all = { 'gateway-queue': used(2), redis: used(2), generator: used(4) };
    const others = (given: Partial<typeof plan>) => disturbanceOf(TEN_S, all, { ...plan, ...given }).others;
    expect(others({})).toBeCloseTo(0.4);
    expect(others({ redisCpus: '1' })).toBeCloseTo(0.6);
    expect(others({ serviceCpus: '', generatorCpus: '' })).toBe(0);
  });

  it('is unknown where the system does not tell', () => {
    expect(disturbanceOf(undefined, { 'gateway-pool': used(1) }, plan)).toEqual(UNKNOWN);
    expect(inWords(summaryOf([UNKNOWN]), 'cells')).toBe('');
  });
});

it('is said in words', () => {
  const at = (factor: number) => ({ ...UNKNOWN, factor });
  expect(inWords(summaryOf([at(1.44)]), 'cells')).toBe('Machine disturbed: x1.4.');
  expect(inWords(summaryOf([at(1.05), UNKNOWN, at(1.4), at(1.3)]), 'cells')).toBe(
    'Machine disturbed in 2 of 3 cells; worst x1.4.',
  );
  expect(inWords(summaryOf([at(1), at(1.05)]), 'cells')).toBe('Machine undisturbed (worst x1.1).');
});

it.runIf(process.platform === 'linux')('the system tells of work that is done, and of whom it is for', async () => {
  const watch = watchMachine([]);
  const before = process.cpuUsage();
  const ownS = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  await waitFor('CPU time is used', () => {
    for (const until = performance.now() + 50; performance.now() < until; );
    return ownS() > 0.5;
  });
  const found = watch.soFar();
  watch.stop();
  // Its grain is a hundredth of a second for each kind of time.
  expect(found?.busyS).toBeGreaterThan(0.4);
  expect(found?.busyS).toBeLessThanOrEqual((found?.elapsedS ?? 0) * (found?.cpus ?? 0) + 0.5);
  expect(found?.runnable).toBeGreaterThan(0);
});
