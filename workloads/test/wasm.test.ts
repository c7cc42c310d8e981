import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startTestGateway } from '../../gateway/test/support/gateway.ts';
import { sumRange as js } from '../count/js.ts';
import { sumRange as wasm } from '../count/wasm-simd.ts';
import { vectors } from './vectors.ts';

describe('the WebAssembly kernel', () => {
  it.each(vectors)('agrees with the crate on $ops ops, seed $seed', ({ ops, seed, checksum }) => {
    expect(wasm(seed, 0, ops)).toBe(Number.parseInt(checksum, 16));
  });

  // Vectors hold 4 words, a turn of the loop 16, a call 65,536.
  it.each([0, 1, 3, 4, 5, 15, 16, 17, 31, 65_535, 65_536, 65_537, 200_003])('has no seam at %i ops', (count) => {
    for (const [seed, from] of [
      [0, 0],
      [0xffff_ffff, 3],
      [7, 2 ** 32 - 9],
      [0x8000_0000, 1e12 - 1],
    ] as const)
      expect(wasm(seed, from, from + count), `seed ${seed} from ${from}`).toBe(js(seed, from, from + count));
  });

  it('is what `wasm` answers with', async () => {
    const gateway = await startTestGateway('wasm');
    const response = await fetch(`${gateway.url}/blocking?ops=1000`);
    expect(await response.json()).toMatchObject({ kernel: 'wasm-simd', count: 1000 });
    await gateway.stop();
  });

  it('is what its source compiles to', () => {
    const script = fileURLToPath(new URL('../scripts/kernel.ts', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });
});
