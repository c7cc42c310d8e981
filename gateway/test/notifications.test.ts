/** What waiting for one job after the other costs Redis: counted, not timed. */
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { LINGER_MS } from '../src/queue/watch.ts';
import { queueWorld } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const world = queueWorld();
const REQUESTS = 20;

it('a lone Prefer: wait opens no connection of its own, and the one for all is closed some seconds after the last', async () => {
  const client = new Redis(world.redis.url);
  const calls = async (command: string) =>
    Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await client.info('commandstats'))?.[1] ?? 0);
  const readers = async () => /cmd=xread/.test(String(await client.client('LIST')));
  const wait = async () => {
    const response = await fetch(`${world.gateway.url}/blocking?ops=1`, { headers: { prefer: 'wait=5' } });
    expect(response.status).toBe(200);
  };
  await wait();
  // A connection of a client in Node begins with HELLO, one of the worker's does not.
  const opened = async () => ({ hello: await calls('hello'), newest: await calls('xrevrange') });
  const before = await opened();
  const reads = await calls('xread');
  for (let n = 0; n < REQUESTS; n++) await wait();
  expect(await opened()).toEqual(before);
  // Each of a job's four events may end a read, and so may the wait of a second.
  expect((await calls('xread')) - reads).toBeLessThan(REQUESTS * 8);
  expect(await readers()).toBe(true);
  await waitFor('the reader is gone', async () => !(await readers()), LINGER_MS + 5_000);
  client.disconnect();
});
