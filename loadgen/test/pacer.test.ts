import { describe, expect, it } from 'vitest';
import { Latency } from '../src/load/latency.ts';
import { type Pace, pace } from '../src/load/pacer.ts';

function paceOf(settings: Partial<Pace>): Pace {
  const signal = new AbortController().signal;
  return { rate: 100, durationS: 0.2, maxInFlight: 1000, signal, send: async () => true, ...settings };
}

describe('an open loop', () => {
  it('sends exactly what is due, in order and not ahead of its time', async () => {
    const startedAt = performance.now();
    const sent: { n: number; at: number }[] = [];
    const send = async (n: number) => sent.push({ n, at: performance.now() - startedAt }) > 0;
    const { latencyMs, skipped } = await pace(paceOf({ send }));
    expect(sent.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    // Even, not in bursts: none before its turn, but for the grain of a timer.
    for (const { n, at } of sent) expect(at).toBeGreaterThanOrEqual(n * 10 - 2);
    expect(skipped).toBe(0);
    expect(latencyMs.count).toBe(20);
  });

  it('does not wait for answers', async () => {
    let sent = 0;
    let allSent = () => {};
    const all = new Promise<void>((resolve) => {
      allSent = resolve;
    });
    const send = async () => {
      if (++sent === 20) allSent();
      await all;
      return true;
    };
    expect((await pace(paceOf({ send }))).latencyMs.count).toBe(20);
  });

  it('skips what is due beyond the bound, and counts it', async () => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let sent = 0;
    const send = async () => {
      sent++;
      await answered;
      return true;
    };
    const over = pace(paceOf({ maxInFlight: 5, send }));
    setTimeout(answer, 400);
    expect(await over).toMatchObject({ skipped: 15, latencyMs: { count: 5 } });
    expect(sent).toBe(5);
  });

  it('counts latency from the intended start, not from the late one', async () => {
    const latencies: number[] = [];
    const send = async (n: number) => {
      // Blocks the loop itself: what is due meanwhile starts late, and that is its callers' wait.
      if (n === 0) for (const until = performance.now() + 200; performance.now() < until; );
      return true;
    };
    await pace(paceOf({ send, onLatency: (ms) => latencies.push(ms) }));
    expect(latencies).toHaveLength(20);
    expect(latencies[0]).toBeGreaterThanOrEqual(199);
    expect(latencies[10]).toBeGreaterThanOrEqual(90);
  });

  it('measures only what counts: neither failures nor rejections', async () => {
    const send = async (n: number) => {
      if (n % 4 === 0) throw new Error('reset');
      return n % 2 === 0;
    };
    expect((await pace(paceOf({ send }))).latencyMs.count).toBe(5);
  });

  it('ends early when it is told to', async () => {
    const stop = new AbortController();
    let sent = 0;
    const send = async () => {
      if (++sent === 3) stop.abort();
      return true;
    };
    await pace(paceOf({ durationS: 3600, signal: stop.signal, send }));
    // Of 360,000; what was due at the same turn is sent with it.
    expect(sent).toBeLessThan(3_000);
  });
});

describe('a latency summary', () => {
  it('of nothing has no figures', () => {
    const none = { p50: null, p75: null, p90: null, p95: null, p99: null, p999: null, max: null, mean: null };
    expect(new Latency().summary()).toEqual({ count: 0, ...none });
  });

  it('is right to 3 digits', () => {
    const latency = new Latency();
    for (let ms = 1; ms <= 1000; ms++) latency.record(ms);
    const { count, p50, p99, p999, max, mean } = latency.summary();
    expect(count).toBe(1000);
    for (const [is, should] of [
      [p50, 500],
      [p99, 990],
      [p999, 999],
      [max, 1000],
      [mean, 500.5],
    ] as const)
      expect(Math.abs((is as number) - should) / should).toBeLessThan(0.002);
  });

  it('takes what is too short to measure', () => {
    const latency = new Latency();
    latency.record(0);
    expect(latency.summary()).toMatchObject({ count: 1, p50: 0.001 });
  });
});
