import { describe, expect, it } from 'vitest';
import { checksum, chunkRanges, nextSeedChecksum, sumRange, toHex } from '../src/workload.ts';
import { vectors } from './support/vectors.ts';

describe('the TypeScript twin', () => {
  it.each(vectors)('agrees with the crate on $ops ops, $chunks chunks, seed $seed', (vector) => {
    expect(toHex(checksum(vector))).toBe(vector.checksum);
  });

  it.each(vectors)('combines $chunks chunks of $ops ops to the same checksum', (vector) => {
    const ranges = chunkRanges(vector);
    expect(ranges[0]?.[0]).toBe(0);
    expect(ranges.at(-1)?.[1]).toBe(vector.ops);
    const sum = ranges.reduce((total, [from, to]) => (total + sumRange(vector.seed, from, to)) >>> 0, 0);
    expect(toHex(sum)).toBe(vector.checksum);
  });

  it('splits exactly where k * ops is beyond 2^53', () => {
    const ranges = chunkRanges({ ops: 1e12 - 1, chunks: 63, seed: 0 });
    expect(ranges.every(([from, to], k) => to > from && (k === 0 || ranges[k - 1]?.[1] === from))).toBe(true);
    expect(ranges[62]?.[0]).toBe(Number((62n * 999_999_999_999n) / 63n));
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
