/** When refused callers are told to come back: not together, and later where there is more to do first. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ProblemError } from '../src/errors.ts';
import type { Mode } from '../src/mode.ts';
import { startFakeGateway } from './support/fake-mode.ts';
import type { TestGateway } from './support/gateway.ts';

const CLIENTS = 200;

/** A gateway whose tasks end as `run` says. */
const gatewayOf = (run: Mode['run']) => startFakeGateway({ run, notReady: async () => 'nothing is' });

/** The seconds that many who are refused at once are told. */
async function told({ url }: TestGateway, path: string): Promise<number[]> {
  const answers = await Promise.all(Array.from({ length: CLIENTS }, () => fetch(url + path)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  const seconds = answers.map(({ headers }) => headers.get('retry-after'));
  for (const text of seconds) expect(text).toMatch(/^[1-9]\d*$/);
  return seconds.map(Number);
}

function expectSpread(seconds: number[], from: number, to: number) {
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(from);
  expect(Math.max(...seconds)).toBeLessThanOrEqual(to);
  // Whoever is told the same comes back together: never the half of them.
  for (const one of seconds) expect(seconds.filter((other) => other === one).length).toBeLessThan(CLIENTS / 2);
}

it.each([
  ['no estimate', {}, 1, 5],
  ['a short one', { retryAfterS: 0.2 }, 1, 5],
  ['one that is no number', { retryAfterS: Number.NaN }, 1, 5],
  ['a long one', { retryAfterS: 59.5 }, 60, 120],
  ['one beyond reason', { retryAfterS: Number.POSITIVE_INFINITY }, 3_600, 7_200],
])('spreads those who are refused with %s', async (_name, extras, from, to) => {
  const gateway = await gatewayOf(async () => {
    throw new ProblemError('overloaded', 'full', extras);
  });
  expectSpread(await told(gateway, '/blocking?ops=1'), from, to);
  expectSpread(await told(gateway, '/readyz'), 1, 5);
  const body = (await (await fetch(`${gateway.url}/blocking?ops=1`)).json()) as Record<string, unknown>;
  expect(Object.keys(body)).not.toContain('retryAfterS');
  await gateway.stop();
});

it('sends callers away for as long as tasks take at present', async () => {
  let full = false;
  const gateway = await gatewayOf(async () => {
    if (full) throw new ProblemError('overloaded', 'full');
    await sleep(1_100);
    return { computed: { checksum: '00000000', count: 1, kernel: 'none', timings: { queuedMs: 0, computeMs: 0 } } };
  });
  expect((await fetch(`${gateway.url}/blocking?ops=1`)).status).toBe(200);
  full = true;
  const seconds = await told(gateway, '/blocking?ops=1');
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(2);
  await gateway.stop();
});

it('says it to whoever wanted a WebSocket, too', async () => {
  const full = async () => {
    throw new ProblemError('overloaded', 'full', { retryAfterS: 7 });
  };
  const gateway = await startFakeGateway({ jobs: { get: full, cancel: full, watch: () => expect.unreachable() } });
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/jobs/any/ws`);
  socket.on('error', () => {});
  const [, { statusCode, headers }] = await once(socket, 'unexpected-response');
  expect(statusCode).toBe(503);
  expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(7);
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(14);
  socket.terminate();
  await gateway.stop();
});
