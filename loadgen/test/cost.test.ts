/** What a task cost in CPU time, from what processes counted. */
import { describe, expect, it } from 'vitest';
import { costOf, NO_COST, type Spent } from '../src/bench/cost.ts';
import type { Resource } from '../src/watch/resources.ts';

const used = (cpuS: number, kernelCpuS?: number, ops = 0): Resource => ({
  cpuS,
  peakRssBytes: 1,
  restarts: 0,
  ...(kernelCpuS === undefined ? {} : { kernels: { cpuS: kernelCpuS, threadsS: kernelCpuS, ops } }),
});

const spent = (resources: Record<string, Resource>, others: Partial<Spent> = {}): Spent => ({
  ops: 1_000,
  during: resources,
  inAll: resources,
  ok: 100,
  accepted: 0,
  kept: 0,
  nonBlockingUs: 30,
  bystanderUs: 400,
  bystanders: 0,
  ...others,
});

describe('what a task cost', () => {
  it('where the gateway computes is its CPU without the arithmetic', () => {
    const cost = costOf(spent({ 'gateway-pool': used(1.1, 1, 1e5), generator: used(9) }));
    expect(cost.computeCpuS).toBeCloseTo(0.01);
    expect(cost.overheadUs).toBeCloseTo(1_000);
    expect(cost).toMatchObject({ nonBlockingUs: 30, acceptUs: null });
  });

  it('is that of gateway and service together', () => {
    const resources = { 'gateway-microservice': used(0.05), 'rust-microservice': used(0.53, 0.5, 1e5) };
    const cost = costOf(spent(resources));
    expect(cost.computeCpuS).toBeCloseTo(0.005);
    expect(cost.overheadUs).toBeCloseTo(800);
  });

  it('is without the bystander, who asks as often where a neighbour lets half of the tasks through', () => {
    const alone = costOf(spent({ 'gateway-pool': used(1.3, 1, 1e5) }, { bystanders: 500 }));
    const half = { ok: 50, bystanders: 500 };
    const beside = costOf(spent({ 'gateway-pool': used(0.75, 0.5, 5e4) }, half));
    expect(alone.overheadUs).toBeCloseTo(1_000);
    expect(beside.overheadUs).toBeCloseTo(1_000);
  });

  it('does not count the arithmetic of tasks that nobody waited for as overhead or as more of each', () => {
    const all = costOf(spent({ 'gateway-pool': used(1.1, 1, 1e5) }));
    const cutOff = costOf(spent({ 'gateway-pool': used(1.6, 1.5, 1.5e5) }));
    expect(cutOff.computeCpuS).toBeCloseTo(all.computeCpuS as number);
    expect(cutOff.overheadUs).toBeCloseTo(all.overheadUs as number);
  });

  it('of a queue has promises apart from work: a job that was cleared away was accepted, and no more', () => {
    const during = { 'gateway-queue': used(0.3), redis: used(0.2), 'rust-worker': used(0.6, 0.5, 1e5) };
    const inAll = { ...during, redis: used(5), 'rust-worker': used(1.1, 1, 2e5) };
    const cost = costOf(spent(during, { inAll, ok: 0, accepted: 10_000, kept: 200 }));
    expect(cost.acceptUs).toBeCloseTo(50 - 30);
    expect(cost.overheadUs).toBeCloseTo(30 + 500);
    expect(cost.computeCpuS).toBeCloseTo(0.005);
  });

  it.each([
    ['nobody counts it', { 'gateway-pool': used(1) }],
    ['nobody answered', {}],
    ['a process died with its counters', { 'gateway-pool': { ...used(1, 0.5, 1e5), restarts: 1 } }],
  ])('is not known where %s', (_why, resources) => {
    expect(costOf(spent(resources)).overheadUs).toBeNull();
  });

  it('is not known where nothing was done', () => {
    const cost = costOf(spent({ 'gateway-pool': used(1, 0, 0) }, { ok: 0, nonBlockingUs: null }));
    expect(cost).toEqual({ ...NO_COST, bystanderUs: 400 });
  });
});
