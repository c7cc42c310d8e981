import { describe, expect, it } from 'vitest';
import { expectedChecksum, nextSeedChecksum, toHex } from '../count/cases.ts';
import { fmix32, merge, run, sumRange } from '../count/js.ts';
import { workload } from '../count/workload.ts';
import { vectors } from './vectors.ts';

/** As one thread of JavaScript sums it. */
const checksum = ({ ops, seed }: { ops: number; seed: number }) => sumRange(seed, 0, ops);

describe('the TypeScript twin', () => {
  it.each(vectors)('agrees with the crate on $ops ops, $chunks chunks, seed $seed', (vector) => {
    expect(toHex(checksum(vector))).toBe(vector.checksum);
  });

  it.each(vectors)('combines $chunks chunks of $ops ops to the same checksum', (vector) => {
    const parts = workload.partsOf(vector);
    expect(parts[0]?.[1]).toBe(0);
    expect(parts.at(-1)?.[2]).toBe(vector.ops);
    const slices = parts.flatMap((part) => [...run(part)]);
    expect(slices.reduce((sum, { size }) => sum + size, 0)).toBe(vector.ops);
    const { checksum, count } = workload.answerOf(merge(slices.map(({ result }) => result)));
    expect({ checksum, count }).toEqual({ checksum: vector.checksum, count: vector.ops });
  });

  it('splits exactly where k * ops is beyond 2^53', () => {
    const parts = workload.partsOf({ ops: 1e12 - 1, chunks: 63, seed: 0 });
    expect(parts.every(([, from, to], k) => to > from && (k === 0 || parts[k - 1]?.[2] === from))).toBe(true);
    expect(parts[62]?.[1]).toBe(Number((62n * 999_999_999_999n) / 63n));
  });

  it('starts a range beyond 2^32 where the sequence has wrapped', () => {
    expect(sumRange(7, 2 ** 32, 2 ** 32 + 1000)).toBe(sumRange(7, 0, 1000));
  });

  it.each([
    { ops: 1, seed: 0 },
    { ops: 1000, seed: 0xffff_ffff },
    { ops: 4096, seed: 123_456 },
  ])('slides from seed $seed to the next at $ops ops', ({ ops, seed }) => {
    const next = (seed + 1) % 0x1_0000_0000;
    expect(nextSeedChecksum(checksum({ ops, seed }), { ops, seed })).toBe(checksum({ ops, seed: next }));
  });
});

describe('the expected checksum of a task', () => {
  it.each([1, 2, 1000, 65_537])('of %i ops is computed', (ops) => {
    expect(expectedChecksum({ ops, seed: 3 })).toBe(checksum({ ops, seed: 3 }));
  });

  it('of one whole cycle is 2^31, from any seed', () => {
    for (const seed of [0, 1, 0xffff_ffff]) expect(toHex(expectedChecksum({ ops: 2 ** 32, seed }))).toBe('80000000');
  });

  it('of two whole cycles is 0', () => {
    expect(expectedChecksum({ ops: 2 ** 33, seed: 42 })).toBe(0);
  });

  it('counts what is beyond whole cycles on top', () => {
    const rest = (fmix32(5) + fmix32(6) + fmix32(7)) >>> 0;
    expect(expectedChecksum({ ops: 2 ** 32 + 3, seed: 5 })).toBe((rest + 2 ** 31) >>> 0);
    expect(expectedChecksum({ ops: 4 * 2 ** 32 + 3, seed: 5 })).toBe(rest);
  });

  it('slides from such a task to its next seed', () => {
    const cases = workload.casesFrom({ ops: 3 * 2 ** 32 + 10, chunks: 1, seed: 0xffff_ffff });
    for (let n = 0; n < 3; n++) {
      const task = cases.next();
      expect(cases.numberOf(task)).toBe(n);
      expect(cases.wrongWith(n, workload.solve(task))).toBeUndefined();
      expect(cases.wrongWith(n, { checksum: '00000bad', count: task.ops })).toMatch(/^00000bad after/);
    }
  });

  it('has no number for a task that was not handed out, and goes on in its heir', () => {
    const cases = workload.casesFrom({ ops: 9, chunks: 1, seed: 5 });
    const first = cases.next();
    expect(cases.numberOf({ ...first, seed: 6 })).toBeUndefined();
    const heir = cases.heir();
    const next = heir.next();
    expect(next).toEqual({ ops: 9, chunks: 1, seed: 6 });
    expect(heir.wrongWith(0, workload.solve(next))).toBeUndefined();
  });
});
