import type { Task } from '@heavy-lifter/gateway/contract';
import { checksum } from '@heavy-lifter/gateway/workload';

const CYCLE = 2 ** 32;

/**
 * The checksum of a task of any size in at most some seconds. fmix32 is a bijection of the u32, so a whole cycle of
 * 2^32 ops sums every u32 once: 2^31 * (2^32 - 1), which is 2^31 modulo 2^32. Only what is beyond whole cycles needs
 * computing.
 */
export function expectedChecksum({ ops, seed }: Pick<Task, 'ops' | 'seed'>): number {
  const odd = Math.floor(ops / CYCLE) % 2 === 1;
  return (checksum({ ops: ops % CYCLE, seed }) + (odd ? 2 ** 31 : 0)) >>> 0;
}
