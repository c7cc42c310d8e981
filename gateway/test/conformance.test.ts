/** One suite over every file in `modes/`: whatever serves a task keeps the same contract. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vectors } from '../../workloads/test/vectors.ts';
import { Answer } from '../src/contract.ts';
import { modeNames } from '../src/mode-names.ts';
import { contentsOf } from './support/contents.ts';
import { startTestGateway, startWorld, type TestGateway, type World } from './support/gateway.ts';
import { metric, scrape } from './support/metrics.ts';
import { problemOf } from './support/problem.ts';
import { waitFor } from './support/wait.ts';

/** Of each thread of this process: the nineteenth field of its `stat`; names may hold blanks, so count from the last ')'. */
function niceOfThreads(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
      return [Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const NOW = { prefer: 'wait=20' };

describe.each(modeNames)('%s', (mode) => {
  let world: World;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = await startWorld(mode);
    gateway = await startTestGateway(mode, world.env);
    await waitFor('ready', async () => (await fetch(`${gateway.url}/readyz`)).ok);
  });
  afterAll(async () => {
    await gateway?.stop();
    await world?.close();
  });

  it('says at / what it is and what it can be asked for', async () => {
    const [told, admin] = [await contentsOf(gateway.url, NOW), await contentsOf(gateway.adminUrl)];
    expect([told.mode, admin.mode]).toEqual([mode, mode]);
    for (const path of ['/', '/blocking', '/non-blocking', '/healthz']) expect(told.paths).toContain(path);
    expect([told.paths.has('/jobs/{id}'), admin.paths.has('/admin/queues')]).toEqual(Array(2).fill(mode === 'queue'));
  });

  it('computes every vector', async () => {
    for (const { ops, chunks, seed, checksum } of vectors) {
      const response = await fetch(`${gateway.url}/blocking?ops=${ops}&chunks=${chunks}&seed=${seed}`, {
        headers: NOW,
      });
      expect(response.status).toBe(200);
      const answer = Answer.parse(await response.json());
      expect(answer).toMatchObject({ mode, ops, chunks, seed, checksum, count: ops });
    }
  });

  it.skipIf(mode === 'queue')('says in Server-Timing what the answer says of its time', async () => {
    const response = await fetch(`${gateway.url}/blocking?ops=100000`);
    const { queuedMs, computeMs } = Answer.parse(await response.json()).timings;
    const said = response.headers.get('server-timing');
    const [, queued, compute, total] = /^queued;dur=(.+), compute;dur=(.+), total;dur=(.+)$/.exec(said ?? '') ?? [];
    expect([queued, compute]).toEqual([queuedMs.toFixed(3), computeMs.toFixed(3)]);
    expect(Number(total)).toBeGreaterThan(0);
  });

  it('takes the task as JSON too, and has defaults', async () => {
    const { ops, chunks, seed, checksum } = vectors[5] as (typeof vectors)[0];
    const body = JSON.stringify({ ops, chunks, seed });
    const posted = await fetch(`${gateway.url}/blocking`, { method: 'POST', headers: { ...JSON_TYPE, ...NOW }, body });
    expect(await posted.json()).toMatchObject({ mode, checksum });

    const bare = await fetch(`${gateway.url}/blocking`, { headers: NOW });
    expect(await bare.json()).toMatchObject({ ops: 20_000_000, chunks: 8, seed: 0, checksum: 'f0e409d1' });
  });

  it.each([
    ['ops=0', ['ops']],
    ['ops=-1', ['ops']],
    ['ops=1.5', ['ops']],
    ['ops=1e30', ['ops']],
    ['ops=abc', ['ops']],
    ['ops=', ['ops']],
    ['ops=1&ops=2', ['ops']],
    ['ops=9999999999999', ['ops']],
    ['ops=4&chunks=5', ['chunks']],
    ['chunks=65', ['chunks']],
    ['chunks=0&seed=4294967296', ['chunks', 'seed']],
    ['op=5', ['op']],
    ['ops[a]=5', ['ops[a]']],
  ])('refuses ?%s and names the field', async (query, fields) => {
    const response = await fetch(`${gateway.url}/blocking?${query}`);
    const problem = await problemOf(response, 400, 'invalid_task');
    expect(problem.errors?.map(({ field }) => field)).toEqual(fields);
  });

  it.each([
    ['broken JSON', '{"ops": ', JSON_TYPE, 400, 'invalid_task'],
    ['an array', '[1]', JSON_TYPE, 400, 'invalid_task'],
    ['text for a number', '{"ops":"5"}', JSON_TYPE, 400, 'invalid_task'],
    ['an unknown field', '{"opps":5}', JSON_TYPE, 400, 'invalid_task'],
    ['another type', 'ops=5', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_type'],
    ['10 MB', `{"ops":${'1'.repeat(10_000_000)}}`, JSON_TYPE, 413, 'too_large'],
  ])('refuses a body with %s', async (_name, body, headers, status, code) => {
    await problemOf(await fetch(`${gateway.url}/blocking`, { method: 'POST', headers, body }), status, code);
  });

  it.each([
    ['DELETE', '/blocking', 405, 'method_not_allowed'],
    ['POST', '/non-blocking', 405, 'method_not_allowed'],
    ['POST', '/', 405, 'method_not_allowed'],
    ['GET', '/nothing', 404, 'not_found'],
    ['GET', '/metrics', 404, 'not_found'],
    ['GET', '/admin/queues', 404, 'not_found'],
    ['GET', '/jobs/1', 404, 'not_found'],
    ['GET', '/jobs/1/events', 404, 'not_found'],
    ['GET', `/jobs/${'x'.repeat(5000)}`, 404, 'not_found'],
    ['GET', '/jobs/%00%0a', 404, 'not_found'],
    ['GET', '/jobs/%E0%A4%A', 400, 'invalid_task'],
  ])('answers %s %s with a problem', async (method, path, status, code) => {
    await problemOf(await fetch(gateway.url + path, { method }), status, code);
  });

  it('answers what is not HTTP', async () => {
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    socket.write('NOT HTTP\r\n\r\n');
    const [head] = await once(socket, 'data');
    expect(String(head)).toMatch(/^HTTP\/1\.1 400 .*"code":"invalid_task"/s);
    socket.destroy();
  });

  it('carries a sane request id and replaces another', async () => {
    const sane = await fetch(`${gateway.url}/blocking?ops=1`, { headers: { 'x-request-id': 'abc-1', ...NOW } });
    expect(sane.headers.get('x-request-id')).toBe('abc-1');
    expect(gateway.log()).toContain('"requestId":"abc-1"');
    const odd = await fetch(`${gateway.url}/non-blocking`, { headers: { 'x-request-id': '{"a b"}' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells whoever asks in OpenMetrics of a request in each bucket, under the same names', async () => {
    // As Prometheus 3 asks.
    const open = () =>
      scrape(gateway.adminUrl, 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.2');
    const named = /^http_request_duration_seconds_bucket\{.*\} \d+ # \{request_id="seen-1"\} [\d.e-]+ \d+/m;
    await fetch(`${gateway.url}/non-blocking`, { headers: { 'x-request-id': 'seen-1' } });
    await waitFor('the exemplar', async () => named.test((await open()).text));

    const [{ type, text }, plain] = [await open(), await scrape(gateway.adminUrl)];
    expect(type).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(text).toMatch(/^# TYPE tasks counter\ntasks_total\{.*\n# EOF\n$/ms);
    expect(plain.type).toMatch(/^text\/plain/);
    expect(plain.text).not.toContain('seen-1');
    // Families: some have no sample before the first garbage collection.
    const families = (of: string) => [...of.matchAll(/^# TYPE (\w+?)(_total)? (\w+)$/gm)].map(([, a, , b]) => [a, b]);
    expect(families(text).sort()).toEqual(families(plain.text).sort());
  });

  // The control has none: its one loop serves whatever has come, and nothing beside it.
  it.skipIf(mode === 'inline')('refuses what is beyond its bound, names it, and serves again', async () => {
    const bounds = { MAX_QUEUE: '3', MAX_LIVE_THREADS: '6', MAX_IN_FLIGHT: '3', MAX_WAITING: '3' };
    const narrow = await startTestGateway(mode, { ...world.env, ...bounds });
    await waitFor('ready', async () => (await fetch(`${narrow.url}/readyz`)).ok);
    const ask = () => fetch(`${narrow.url}/blocking?ops=300000000&chunks=2`);
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused)
      expect(Object.keys(bounds)).toContain((await problemOf(one, 503, 'overloaded')).limit);
    expect(await metric(narrow.adminUrl, 'tasks_total', 'outcome="refused"')).toBe(refused.length);
    await waitFor('it serves again', async () => (await ask()).status < 300);
    await narrow.stop();
  });

  it.runIf(process.platform === 'linux')('computes on threads of the priority that it was told', async () => {
    // Where another process computes, that one's tests have it; the control's thread is the event loop's.
    if (mode === 'inline' || !(await scrape(gateway.adminUrl)).text.includes('task_compute_cpu_seconds_total')) return;
    const other = await startTestGateway(mode, { ...world.env, COMPUTE_NICE: '7' });
    const leave = new AbortController();
    const task = fetch(`${other.url}/blocking?ops=2000000000&chunks=2`, { signal: leave.signal }).catch(() => {});
    await waitFor('two such threads', async () => niceOfThreads().filter((nice) => nice === 7).length >= 2);
    leave.abort();
    await task;
    await other.stop();
  });

  it('survives callers that leave, and is idle afterwards', async () => {
    const { port } = new URL(gateway.url);
    const before = await metric(gateway.adminUrl, 'tasks_total');
    const callers = Array.from({ length: 3 }, () => {
      const call = request({ port, path: '/blocking?ops=100000000', headers: NOW });
      call.on('error', () => {});
      call.end();
      return call;
    });
    await waitFor('all begun', async () => {
      const begun =
        (await metric(gateway.adminUrl, 'tasks_in_flight')) + (await metric(gateway.adminUrl, 'tasks_total'));
      return begun >= before + callers.length;
    });
    for (const call of callers) call.destroy();
    await waitFor('idle', async () => (await metric(gateway.adminUrl, 'tasks_in_flight')) === 0);
    const after = await fetch(`${gateway.url}/blocking?ops=10&chunks=1`, { headers: NOW });
    expect(after.status).toBe(200);
  });

  it('lives without what it depends on, says so, and recovers by itself', async () => {
    if (!world.lose || !world.restore) return expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    await world.lose();
    const refused = await fetch(`${gateway.url}/blocking`, { signal: AbortSignal.timeout(1_500) });
    expect(refused.headers.get('retry-after')).toMatch(/^[1-5]$/);
    await problemOf(refused, 503, 'upstream_down');
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${gateway.url}/non-blocking`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    await fetch(`${gateway.adminUrl}/metrics`, { signal: AbortSignal.timeout(5_000) });
    const late = await startTestGateway(mode, world.env);
    await problemOf(await fetch(`${late.url}/blocking`, { signal: AbortSignal.timeout(1_500) }), 503, 'upstream_down');
    expect((await fetch(`${late.url}/readyz`)).status).toBe(503);

    await world.restore();
    await waitFor('ready again', async () => (await fetch(`${gateway.url}/readyz`)).ok);
    await waitFor('the late one ready, too', async () => (await fetch(`${late.url}/readyz`)).ok);
    await late.stop();
    await waitFor(
      'served again',
      async () => (await fetch(`${gateway.url}/blocking?ops=9`, { headers: NOW })).status === 200,
    );
  });

  it('finishes what is in hand when told to stop, and closes clean', async () => {
    const other = await startTestGateway(mode, world.env);
    await waitFor('ready', async () => (await fetch(`${other.url}/readyz`)).ok);
    const answers = Array.from({ length: 4 }, () => fetch(`${other.url}/blocking?ops=100000000`, { headers: NOW }));
    await waitFor('all begun', async () => {
      const begun = (await metric(other.adminUrl, 'tasks_in_flight')) + (await metric(other.adminUrl, 'tasks_total'));
      return begun >= answers.length;
    });
    const stopped = other.stop();
    for (const response of await Promise.all(answers)) expect([200, 202]).toContain(response.status);
    await stopped;
    await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
    await expect(fetch(`${other.adminUrl}/healthz`)).rejects.toThrow();
  });
});
