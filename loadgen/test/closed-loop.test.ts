import { expect, it, onTestFinished } from 'vitest';
import { Ledger } from '../src/account/ledger.ts';
import { CLIENT_TIMEOUT, closedLoop } from '../src/load/closed-loop.ts';
import { LOAD_OPS, startStub, underLoad } from './support/stub.ts';

async function loop(durationS: number, headers?: Record<string, string>) {
  const stub = await startStub({});
  onTestFinished(() => stub.close());
  const ledger = Ledger.of({ ops: LOAD_OPS, chunks: 1, seed: 0 });
  const signal = new AbortController().signal;
  const loaded = await closedLoop({
    url: stub.url,
    connections: 2,
    durationS,
    signal,
    ledger,
    ...(headers ? { headers } : {}),
  });
  return { loaded, ledger, stub };
}

it('says how long it really took, which is not a second for a part of one', async () => {
  const startedAt = performance.now();
  const { loaded, ledger, stub } = await loop(1.2);
  expect(loaded.seconds).toBeGreaterThanOrEqual(1.2);
  expect(loaded.seconds).toBeLessThanOrEqual((performance.now() - startedAt) / 1000);
  // The generator's default would go on to the end of the second: two of five requests would come too late.
  const [first = 0] = stub.askedAt;
  const late = stub.askedAt.filter((at) => at - first > 1_200);
  expect(late.length).toBeLessThan(stub.askedAt.length / 4);
  expect(ledger.addsUp).toBe(true);
});

it('sends the headers that it is given with every request', async () => {
  const { stub } = await loop(0.2, { prefer: 'wait=20' });
  expect(stub.headers.length).toBeGreaterThan(2);
  for (const headers of stub.headers) expect(headers.prefer).toBe('wait=20');
});

// Of a silence at once, and of one after an answer: then autocannon reconnects before it tells of the time-out.
it.each([0, 4])('files a request that it gave up as that, after %i answers', async (from) => {
  const stub = await startStub({ fate: underLoad('silent', from) });
  onTestFinished(() => stub.close());
  const ledger = Ledger.of({ ops: LOAD_OPS, chunks: 1, seed: 0 });
  const { signal } = new AbortController();
  await closedLoop({ url: stub.url, connections: 2, durationS: 1.2, timeoutS: 1, signal, ledger });
  expect([...ledger.reasons.keys()]).toEqual([CLIENT_TIMEOUT]);
  expect(ledger.counts.unknown).toBeGreaterThanOrEqual(2);
  expect(ledger.counts.ok).toBe(from);
  expect(ledger.addsUp).toBe(true);
});

// Of a time that holds one and a half: ended in the middle of the second it would be a third too slow.
it('counts whole answers over the time that they took', async () => {
  const startedAt = performance.now();
  const delayMs = 1_000;
  const stub = await startStub({ delayMs });
  onTestFinished(() => stub.close());
  const ledger = Ledger.of({ ops: LOAD_OPS, chunks: 1, seed: 0 });
  const { signal } = new AbortController();
  const loaded = await closedLoop({ url: stub.url, connections: 1, durationS: 1.5, signal, ledger });
  const { served, seconds, latencyMs } = loaded;
  expect(seconds).toBeGreaterThanOrEqual(1.5);
  expect(seconds).toBeLessThanOrEqual((performance.now() - startedAt) / 1000);
  // Whatever the machine: one after the other, they take as long as all of them together.
  expect(served).toBeGreaterThan(0);
  expect(Math.abs(seconds * 1000 - served * (latencyMs.mean ?? 0))).toBeLessThan(delayMs / 4);
  expect(ledger.addsUp).toBe(true);
});
