import { workload } from '@heavy-lifter/workloads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { computeNative, loadNative, type NativePool } from '../src/compute/native.ts';
import { startTestGateway } from './support/gateway.ts';
import { waitFor } from './support/wait.ts';

const forever = new AbortController().signal;
const small = { ops: 1000, chunks: 7, seed: 3 };
const large = { ops: 2_000_000_000, chunks: 64, seed: 0 };

describe('the addon', () => {
  let pool: NativePool;
  beforeAll(() => {
    pool = new (loadNative().Pool)('scalar', 1, 19, 2);
  });
  afterAll(() => pool.close());

  it('answers as the Rust services do', async () => {
    expect(await computeNative(pool, small, forever)).toEqual({
      checksum: workload.solve(small).checksum,
      count: small.ops,
      kernel: 'rust-scalar',
      timings: { queuedMs: expect.any(Number), computeMs: expect.any(Number) },
    });
    expect(pool.inHand).toBe(0);
  });

  it.each([
    [0, 1, 0],
    [4, 5, 0],
    [4, 0, 0],
    [4, 65, 0],
    [1.5, 1, 0],
    [Number.NaN, 1, 0],
    [2_000_000_001, 1, 0],
  ])('refuses %d ops in %d chunks', (ops, chunks, seed) => {
    expect(() => pool.submit({ ops, chunks, seed }, () => {})).toThrow(expect.objectContaining({ code: 'InvalidArg' }));
    expect(pool.inHand).toBe(0);
  });

  it('answers what is cancelled at once, drops its chunks, and takes the next task', async () => {
    const gone = new AbortController();
    const reason = new Error('gone');
    const left = [1, 2].map(() => expect(computeNative(pool, large, gone.signal)).rejects.toBe(reason));
    await expect(computeNative(pool, small, forever)).rejects.toMatchObject({ code: 'QueueFull' });
    gone.abort(reason);
    await Promise.all(left);
    await waitFor('the dropped chunks', async () => pool.inHand === 0);
    expect(await computeNative(pool, small, forever)).toMatchObject({ count: small.ops });
  });

  it('does not begin what nobody wants', async () => {
    await expect(computeNative(pool, small, AbortSignal.abort('gone'))).rejects.toBe('gone');
    expect(pool.inHand).toBe(0);
  });

  it('refuses after it is closed', () => {
    const closed = new (loadNative().Pool)('auto', 1, 19, 2);
    closed.close();
    expect(() => closed.submit({ ops: 1, chunks: 1, seed: 0 }, () => {})).toThrow(
      expect.objectContaining({ code: 'Closing' }),
    );
  });
});

it('a form of the kernel that this CPU has not ends the start with a reason', async () => {
  const KERNEL = process.arch === 'arm64' ? 'avx2' : 'neon';
  await expect(startTestGateway('native', { KERNEL })).rejects.toThrow(/^KERNEL: this CPU cannot run it/);
});
