/** What Bull Board does with all jobs at once: Redis must have time for others meanwhile. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { queueWorld } from './support/queue.ts';

/** What BullMQ itself would clean in one call. */
const JOBS = 10_000;

const world = queueWorld();
let redis: Redis;

beforeAll(async () => {
  redis = new Redis(world.redis.url);
  await world.worker.stop();
});
afterAll(() => redis.disconnect());

/** Jobs as BullMQ stores them, without the minutes that adding each would take. */
const FILL = `
for n = 1, tonumber(ARGV[2]) do
  local id = ARGV[1] .. n
  redis.call('HSET', 'bull:tasks:' .. id, 'name', 'compute', 'data', '{}', 'opts', '{"attempts":3}', 'timestamp', '1', 'delay', '0', 'priority', '0')
  if KEYS[1] == 'bull:tasks:wait' then redis.call('LPUSH', KEYS[1], id) else redis.call('ZADD', KEYS[1], n, id) end
  if KEYS[1] == 'bull:tasks:completed' or KEYS[1] == 'bull:tasks:failed' then redis.call('HSET', 'bull:tasks:' .. id, 'finishedOn', '1') end
end`;

async function fill(state: string): Promise<void> {
  for (let n = 0; n < JOBS; n += 1_000) await redis.eval(FILL, 1, `bull:tasks:${state}`, randomUUID(), 1_000);
}

/** What the page does when somebody presses the button. */
async function press(button: string, body = {}): Promise<number> {
  const response = await fetch(`${world.gateway.adminUrl}/admin/queues/api/queues/${button}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.status;
}

/** Looks at the jobs in a state while `pressed` is under way: how often somebody else had a turn meanwhile. */
async function turnsOfOthers(state: string, pressed: () => Promise<number>): Promise<number> {
  const key = `bull:tasks:${state}`;
  const seen = new Set<number>();
  let status: number | undefined;
  const done = pressed().then((answer) => {
    status = answer;
  });
  while (status === undefined) seen.add(await (state === 'wait' ? redis.llen(key) : redis.zcard(key)));
  await done;
  expect(status).toBe(200);
  return seen.size;
}

const stored = async () => (await redis.keys('bull:tasks:*-*-*-*')).length;

it.each([
  ['wait', 'Empty', () => press('tasks/empty')],
  ['wait', 'Clean', () => press('tasks/clean/wait')],
  ['completed', 'Clean', () => press('tasks/clean/completed')],
  ['failed', 'Clean', () => press('tasks/clean/failed')],
  ['delayed', 'Clean', () => press('tasks/clean/delayed')],
  ['wait', 'Obliterate', () => press('tasks/pause').then(() => press('tasks/obliterate'))],
])('of jobs in %s, %s goes through them in batches', async (state, _button, pressed) => {
  await fill(state);
  // All of them, none, and what was left between two batches.
  expect(await turnsOfOthers(state, pressed)).toBeGreaterThanOrEqual(5);
  expect(await stored()).toBe(0);
});

it('of delayed jobs, Promote goes through them in batches, and a page has a bounded number of them', async () => {
  await fill('delayed');
  expect(await turnsOfOthers('delayed', () => press('tasks/promote'))).toBeGreaterThanOrEqual(5);
  expect(await redis.llen('bull:tasks:wait')).toBe(JOBS);
  const page = '?activeQueue=tasks&status=waiting&page=1&jobsPerPage=10000';
  const response = await fetch(`${world.gateway.adminUrl}/admin/queues/api/queues${page}`);
  const { queues } = (await response.json()) as { queues: { jobs: unknown[] }[] };
  expect(queues[0]?.jobs.length).toBe(1_000);
});
