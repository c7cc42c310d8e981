/** Whole runs of the real program on a schedule. */
import { expect, it, onTestFinished } from 'vitest';
import { startBench } from './support/generator.ts';
import { type Fate, LOAD_OPS, type StubSettings, startStub, underLoad } from './support/stub.ts';

async function benchOf(settings: StubSettings, env?: Record<string, string>) {
  const stub = await startStub(settings);
  onTestFinished(() => stub.close());
  return startBench(stub.url, env).ended;
}

it('keeps its rate against a gateway that takes 200 ms for each', async () => {
  const { code, result } = await benchOf({ delayMs: 200 }, { RATE: '80' });
  expect(code).toBe(0);
  // A closed loop of 5 connections would have asked some 12 times.
  expect(result?.counts).toMatchObject({ sent: 40, ok: 40 });
  expect(result?.request.rate).toBe(80);
  expect(result?.latencyMs.count).toBe(40);
  expect(result?.latencyMs.p50).toBeGreaterThanOrEqual(190);
});

it('files refusals and lost connections', async () => {
  const fates: Fate[] = ['right', 'refused', 'reset', 'right'];
  const fate: StubSettings['fate'] = (n, { ops }) => (ops === LOAD_OPS ? (fates[n % fates.length] as Fate) : 'right');
  const { code, result } = await benchOf({ fate }, { RATE: '80', WARMUP: '0' });
  expect(code).toBe(0);
  expect(result?.counts).toEqual({ sent: 40, ok: 20, accepted: 0, refused: 10, failed: 0, unknown: 10, cut: 0 });
  expect(result?.latencyMs.count).toBe(20);
});

it('ends when the gateway stops answering', async () => {
  const { code, result } = await benchOf({ fate: underLoad('silent', 10) }, { RATE: '80', WARMUP: '0' });
  expect(code).toBe(0);
  expect(result?.counts).toMatchObject({ sent: 40, ok: 10, cut: 30 });
});
