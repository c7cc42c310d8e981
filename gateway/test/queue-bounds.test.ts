/** A queue at its bounds: refused is said, accepted is kept. */
import { appendFileSync, globSync } from 'node:fs';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { JobDocument, type Problem } from '../src/contract.ts';
import { startTestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { finished, queueWorld, submit, untilReady } from './support/queue.ts';
import { waitFor } from './support/wait.ts';

const world = queueWorld();
const STREAMS = 300;

describe('bounds', () => {
  it('refuses at MAX_WAITING, keeps what it accepted, and accepts again after the drain', async () => {
    await world.worker.stop();
    const before = await metric(world.gateway.adminUrl, 'bullmq_job_count', 'state="waiting"');
    const small = await startTestGateway('queue', { REDIS_URL: world.redis.url, MAX_WAITING: String(before + 5) });
    await untilReady(small);
    const accepted: JobDocument[] = [];
    let refusal: Response | undefined;
    while (!refusal && accepted.length < 20) {
      const response = await fetch(`${small.url}/blocking?ops=10`);
      if (response.status === 202) accepted.push(JobDocument.parse(await response.json()));
      else refusal = response;
    }
    expect(refusal?.headers.get('retry-after')).toMatch(/^[1-5]$/);
    expect(await refusal?.json()).toMatchObject({ code: 'overloaded', limit: 'MAX_WAITING' });
    expect(accepted.length).toBeLessThanOrEqual(5);
    await world.worker.restart();
    for (const { id } of accepted) expect((await finished(world.gateway, id)).state).toBe('completed');
    await waitFor('accepts again', async () => (await fetch(`${small.url}/blocking?ops=10`)).status === 202);
    await small.stop();
  });

  it('refuses near maxmemory, and what was accepted drains', async () => {
    const client = new Redis(world.redis.url);
    const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    await world.worker.stop();
    const waiting = await Promise.all(Array.from({ length: 10 }, () => submit(world.gateway, 'ops=10')));
    await client.config('SET', 'maxmemory', String(Math.floor(used * 1.25)));
    await waitFor('refused', async () => (await fetch(`${world.gateway.url}/blocking?ops=10`)).status === 503);
    const problem = (await (await fetch(`${world.gateway.url}/blocking?ops=10`)).json()) as Problem;
    expect(problem).toMatchObject({ code: 'overloaded', limit: 'maxmemory' });
    await world.worker.restart();
    for (const { id } of waiting) expect((await finished(world.gateway, id)).state).toBe('completed');
    await client.config('SET', 'maxmemory', '1gb');
    await waitFor('accepted', async () => (await fetch(`${world.gateway.url}/blocking?ops=10`)).status === 202);
    client.disconnect();
  });

  it('keeps what it accepted when the last write to the disk was cut short', async () => {
    const client = new Redis(world.redis.url);
    const [, dir] = (await client.config('GET', 'dir')) as string[];
    client.disconnect();
    await world.worker.stop();
    const { id } = await submit(world.gateway, 'ops=10');
    await world.redis.stop('SIGKILL');
    const [newest = ''] = globSync(`${dir}/appendonlydir/*.incr.aof`).sort().reverse();
    appendFileSync(newest, '*3\r\n$3\r\nSET\r\n$4\r\nhal');
    await world.redis.restart();
    await world.worker.restart();
    await untilReady(world.gateway);
    expect((await finished(world.gateway, id)).state).toBe('completed');
  });

  it('refuses one stream too many', async () => {
    const few = await startTestGateway('queue', { REDIS_URL: world.redis.url, MAX_STREAMS: '1' });
    await untilReady(few);
    await world.worker.stop();
    const { links } = await submit(few, 'ops=10');
    const open = await fetch(few.url + links.events);
    const refused = await fetch(few.url + links.events);
    expect(await refused.json()).toMatchObject({ code: 'overloaded', limit: 'MAX_STREAMS' });
    await world.worker.restart();
    await open.text();
    expect((await fetch(few.url + links.events)).status).toBe(200);
    await few.stop();
  });

  it('asks Redis once for all who watch a job, and tells every one of them', async () => {
    const client = new Redis(world.redis.url);
    const looks = async () => Number(/cmdstat_hgetall:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
    await world.worker.stop();
    const { links } = await submit(world.gateway, 'ops=1000');
    // Whole answers, not their bodies alone: fetch cancels the body of an answer that has been collected.
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => fetch(world.gateway.url + links.events)));
    const texts = streams.map((stream) => stream.text());
    const before = await looks();
    await world.worker.restart();
    for (const text of await Promise.all(texts)) expect(text).toContain('"state":"completed"');
    // At least once each, at the end of the job, would it be if everybody asked alone.
    expect((await looks()) - before).toBeLessThan(STREAMS / 2);
    client.disconnect();
  });
});
