/**
 * The control: a queue as such demos are usually written. LPUSH, BRPOP, compute, store. Whoever takes an item holds the
 * only copy of it, so a worker that dies takes its item along. It is here to be caught.
 */
import { caProblems, redisCaFile, redisUrl, withCa } from '@heavy-lifter/gateway/redis-address';
import { readBy } from '@heavy-lifter/gateway/settings';
import { type Task, workload } from '@heavy-lifter/workloads';
import * as kernel from '@heavy-lifter/workloads/js';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { valid } from '../../bench/config.ts';
import { ITEMS, RESULTS } from './names.ts';

const Settings = z.object({ REDIS_URL: redisUrl, REDIS_CA_FILE: redisCaFile.optional() });
const { REDIS_URL, REDIS_CA_FILE } = valid(readBy(Settings, process.env, caProblems));
const redis = new Redis({ ...withCa(REDIS_URL, REDIS_CA_FILE) });
redis.on('error', () => {});

for (;;) {
  const taken = await redis.brpop(ITEMS, 1).catch(() => undefined);
  if (!taken) continue;
  const { id, task } = JSON.parse(taken[1]) as { id: string; task: Task };
  const slices = workload.partsOf(task).flatMap((part) => [...kernel.run(part)]);
  const result = workload.answerOf(kernel.merge(slices.map((slice) => slice.result)));
  await redis.hset(RESULTS, id, JSON.stringify(result));
}
