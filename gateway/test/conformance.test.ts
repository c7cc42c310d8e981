/** One suite over every file in `modes/`: whatever serves a task keeps the same contract. Under load: conformance-load. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { vectors } from '../../workloads/test/vectors.ts';
import { Answer } from '../src/contract.ts';
import { contentsOf } from './support/contents.ts';
import { describeEachMode } from './support/each-mode.ts';
import { scrape } from './support/metrics.ts';
import { problemOf } from './support/problem.ts';
import { waitFor } from './support/wait.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const NOW = { prefer: 'wait=20' };

describeEachMode((mode, running) => {
  it('says at / what it is and what it can be asked for', async () => {
    const [told, admin] = [await contentsOf(running.gateway.url, NOW), await contentsOf(running.gateway.adminUrl)];
    expect([told.mode, admin.mode]).toEqual([mode, mode]);
    for (const path of ['/', '/blocking', '/non-blocking', '/healthz']) expect(told.paths).toContain(path);
    expect([told.paths.has('/jobs/{id}'), admin.paths.has('/admin/queues')]).toEqual(Array(2).fill(mode === 'queue'));
  });

  it('computes every vector', async () => {
    for (const { ops, chunks, seed, checksum } of vectors) {
      const response = await fetch(`${running.gateway.url}/blocking?ops=${ops}&chunks=${chunks}&seed=${seed}`, {
        headers: NOW,
      });
      expect(response.status).toBe(200);
      const answer = Answer.parse(await response.json());
      expect(answer).toMatchObject({ mode, ops, chunks, seed, checksum, count: ops });
    }
  });

  it.skipIf(mode === 'queue')('says in Server-Timing what the answer says of its time', async () => {
    const response = await fetch(`${running.gateway.url}/blocking?ops=100000`);
    const { queuedMs, computeMs } = Answer.parse(await response.json()).timings;
    const said = response.headers.get('server-timing');
    const [, queued, compute, total] = /^queued;dur=(.+), compute;dur=(.+), total;dur=(.+)$/.exec(said ?? '') ?? [];
    expect([queued, compute]).toEqual([queuedMs.toFixed(3), computeMs.toFixed(3)]);
    expect(Number(total)).toBeGreaterThan(0);
  });

  it('takes the task as JSON too, and has defaults', async () => {
    const { ops, chunks, seed, checksum } = vectors[5] as (typeof vectors)[0];
    const body = JSON.stringify({ ops, chunks, seed });
    const posted = await fetch(`${running.gateway.url}/blocking`, {
      method: 'POST',
      headers: { ...JSON_TYPE, ...NOW },
      body,
    });
    expect(await posted.json()).toMatchObject({ mode, checksum });

    const bare = await fetch(`${running.gateway.url}/blocking`, { headers: NOW });
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
    const response = await fetch(`${running.gateway.url}/blocking?${query}`);
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
    await problemOf(await fetch(`${running.gateway.url}/blocking`, { method: 'POST', headers, body }), status, code);
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
    await problemOf(await fetch(running.gateway.url + path, { method }), status, code);
  });

  it('answers what is not HTTP', async () => {
    const socket = connect(Number(new URL(running.gateway.url).port), '127.0.0.1');
    socket.write('NOT HTTP\r\n\r\n');
    const [head] = await once(socket, 'data');
    expect(String(head)).toMatch(/^HTTP\/1\.1 400 .*"code":"invalid_task"/s);
    socket.destroy();
  });

  it('carries a sane request id and replaces another', async () => {
    const sane = await fetch(`${running.gateway.url}/blocking?ops=1`, { headers: { 'x-request-id': 'abc-1', ...NOW } });
    expect(sane.headers.get('x-request-id')).toBe('abc-1');
    expect(running.gateway.log()).toContain('"requestId":"abc-1"');
    const odd = await fetch(`${running.gateway.url}/non-blocking`, { headers: { 'x-request-id': '{"a b"}' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('tells whoever asks in OpenMetrics of a request in each bucket, under the same names', async () => {
    // As Prometheus 3 asks.
    const open = () =>
      scrape(
        running.gateway.adminUrl,
        'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.2',
      );
    const named = /^http_request_duration_seconds_bucket\{.*\} \d+ # \{request_id="seen-1"\} [\d.e-]+ \d+/m;
    await fetch(`${running.gateway.url}/non-blocking`, { headers: { 'x-request-id': 'seen-1' } });
    await waitFor('the exemplar', async () => named.test((await open()).text));

    const [{ type, text }, plain] = [await open(), await scrape(running.gateway.adminUrl)];
    expect(type).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(text).toMatch(/^# TYPE tasks counter\ntasks_total\{.*\n# EOF\n$/ms);
    expect(plain.type).toMatch(/^text\/plain/);
    expect(plain.text).not.toContain('seen-1');
    // Families: some have no sample before the first garbage collection.
    const families = (of: string) => [...of.matchAll(/^# TYPE (\w+?)(_total)? (\w+)$/gm)].map(([, a, , b]) => [a, b]);
    expect(families(text).sort()).toEqual(families(plain.text).sort());
  });
});
