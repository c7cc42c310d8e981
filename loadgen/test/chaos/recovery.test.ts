import { describe, expect, it } from 'vitest';
import type { Seen } from '../../src/chaos/client.ts';
import { firstErrorAt, firstSuccessAt, throughputBackAt } from '../../src/chaos/recovery.ts';

const seen = (sentAt: number, endedAt: number, end: Seen['end']): Seen => ({ sentAt, endedAt, end });

describe('the first error and the first success', () => {
  it('are those after the fault, in the order in which they ended', () => {
    const all = [
      seen(0, 10, 'failed'),
      seen(90, 140, 'unknown'),
      seen(95, 120, 'refused'),
      seen(100, 130, 'acknowledged'),
      seen(125, 500, 'completed'),
      seen(150, 400, 'acknowledged'),
    ];
    expect(firstErrorAt(all, 100)).toBe(120);
    // 130 was sent before the error.
    expect(firstSuccessAt(all, 120)).toBe(400);
  });

  it('are undefined where there is none', () => {
    expect(firstErrorAt([seen(0, 1, 'completed')], 0)).toBeUndefined();
    expect(firstSuccessAt([seen(0, 1, 'refused')], 0)).toBeUndefined();
  });
});

describe('the throughput', () => {
  const steady = (from: number, to: number) => Array.from({ length: (to - from) / 10 }, (_, n) => from + n * 10);

  it('is back at once where nothing was missed', () => {
    expect(throughputBackAt(steady(0, 3000), 1000, 100)).toBe(1000);
  });

  it('is back with the first second that has 90 % of it', () => {
    const times = [...steady(0, 1000), ...steady(2500, 6000)];
    // From 2400 on, a window of a second has 90 successes.
    const at = throughputBackAt(times, 1000, 100);
    expect(at).toBeGreaterThanOrEqual(2400);
    expect(at).toBeLessThanOrEqual(2500);
  });

  it('is not back while it stays below', () => {
    const times = Array.from({ length: 60 }, (_, n) => 1000 + n * 50);
    expect(throughputBackAt(times, 1000, 100)).toBeUndefined();
  });
});
