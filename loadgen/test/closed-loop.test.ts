import { expect, it, onTestFinished } from 'vitest';
import { CLIENT_TIMEOUT, closedLoop } from '../src/closed-loop.ts';
import { Ledger } from '../src/ledger.ts';
import { LOAD_OPS, startStub, underLoad } from './support/stub.ts';

async function loop(durationS: number, headers?: Record<string, string>) {
  const stub = await startStub({});
  onTestFinished(() => stub.close());
  const ledger = new Ledger({ ops: LOAD_OPS, chunks: 1, seed: 0 });
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

// Tried again where the machine has no time for it: what it is for is more than twice as long.
it('says how long it really took, which is not a second for a part of one', { retry: 4 }, async () => {
  const { loaded, ledger } = await loop(0.3);
  expect(loaded.seconds).toBeGreaterThanOrEqual(0.3);
  // The generator's default would round up to a second.
  expect(loaded.seconds).toBeLessThan(1);
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
  const ledger = new Ledger({ ops: LOAD_OPS, chunks: 1, seed: 0 });
  const { signal } = new AbortController();
  await closedLoop({ url: stub.url, connections: 2, durationS: 1.2, timeoutS: 1, signal, ledger });
  expect([...ledger.reasons.keys()]).toEqual([CLIENT_TIMEOUT]);
  expect(ledger.counts.unknown).toBeGreaterThanOrEqual(2);
  expect(ledger.counts.ok).toBe(from);
  expect(ledger.addsUp).toBe(true);
});

// Of a time that holds two and a half: ended in the middle of the third it would be a sixth too slow.
it('counts whole answers over the time that they took', { retry: 4 }, async () => {
  const delayMs = 200;
  const stub = await startStub({ delayMs });
  onTestFinished(() => stub.close());
  const ledger = new Ledger({ ops: LOAD_OPS, chunks: 1, seed: 0 });
  const { signal } = new AbortController();
  const loaded = await closedLoop({ url: stub.url, connections: 1, durationS: 0.5, signal, ledger });
  const { served, seconds, latencyMs } = loaded;
  expect(served).toBe(3);
  expect(served / seconds).toBeGreaterThan((1000 / delayMs) * 0.9);
  // Whatever the machine: one after the other, they take as long as all of them together.
  expect(Math.abs(seconds * 1000 - served * (latencyMs.mean ?? 0))).toBeLessThan(delayMs / 4);
  expect(ledger.addsUp).toBe(true);
});
