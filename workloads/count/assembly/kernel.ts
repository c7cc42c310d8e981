/** The arithmetic of `../js.ts` in AssemblyScript, four ops in a vector. `npm run schemas` compiles it. */

function fmix32(h: u32): u32 {
  h = (h ^ (h >> 16)) * 0x85ebca6b;
  h = (h ^ (h >> 13)) * 0xc2b2ae35;
  return h ^ (h >> 16);
}

function fmix32x4(h: v128): v128 {
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x85ebca6b));
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(h, i32x4.shr_u(h, 16));
}

/** The sum modulo 2^32 of `fmix32(first + i)` for i in [0, count). */
export function sumWords(first: u32, count: u32): u32 {
  // Several sums at a time, or each vector would wait for the one before it.
  let a = i32x4.splat(0);
  let b = i32x4.splat(0);
  let c = i32x4.splat(0);
  let d = i32x4.splat(0);
  let words = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  const vectors = count & ~15;
  for (let i: u32 = 0; i < vectors; i += 16) {
    a = i32x4.add(a, fmix32x4(words));
    b = i32x4.add(b, fmix32x4(i32x4.add(words, i32x4.splat(4))));
    c = i32x4.add(c, fmix32x4(i32x4.add(words, i32x4.splat(8))));
    d = i32x4.add(d, fmix32x4(i32x4.add(words, i32x4.splat(12))));
    words = i32x4.add(words, i32x4.splat(16));
  }
  const lanes = i32x4.add(i32x4.add(a, b), i32x4.add(c, d));
  let sum: u32 =
    i32x4.extract_lane(lanes, 0) +
    i32x4.extract_lane(lanes, 1) +
    i32x4.extract_lane(lanes, 2) +
    i32x4.extract_lane(lanes, 3);
  for (let i = vectors; i < count; i++) sum += fmix32(first + i);
  return sum;
}
