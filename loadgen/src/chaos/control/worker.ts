/**
 * The control: a queue as such demos are usually written. LPUSH, BRPOP, compute, store. Whoever takes an item holds the
 * only copy of it, so a worker that dies takes its item along. It is here to be caught.
 */
import { checksum, type Task, toHex } from '@heavy-lifter/gateway/workload';
import { Redis } from 'ioredis';
import { ITEMS, RESULTS } from './names.ts';

const redis = new Redis(process.env.REDIS_URL ?? '');
redis.on('error', () => {});

for (;;) {
  const taken = await redis.brpop(ITEMS, 1).catch(() => undefined);
  if (!taken) continue;
  const { id, task } = JSON.parse(taken[1]) as { id: string; task: Task };
  const result = { checksum: toHex(checksum(task)), count: task.ops };
  await redis.hset(RESULTS, id, JSON.stringify(result));
}
