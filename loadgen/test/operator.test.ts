/** The helper of the page, as whoever reaches its port might use it; the engine behind it is a socket that keeps what it was asked. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { openOperator } from '../../live/src/operator.ts';
import { DockerEngine } from '../src/engine/docker.ts';
import { createOperator } from '../src/operator/app.ts';

const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-operator-'));
const DOCKER_SOCKET = join(folder, 'engine.sock');
const JSON_TYPE = 'application/json';
let asked: string[] = [];
let lines: { msg: string; code?: string }[] = [];
const logger = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) });

const engine = createServer((request, response) => {
  asked.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`);
  const labels = { 'com.docker.compose.service': 'redis', 'com.docker.compose.container-number': '1' };
  const known = request.url?.startsWith('/containers/json')
    ? [{ Id: 'c1', Labels: labels }]
    : { message: 'it is tired' };
  response.writeHead(Array.isArray(known) ? 200 : 409, { 'content-type': JSON_TYPE }).end(JSON.stringify(known));
}).listen(DOCKER_SOCKET);
await once(engine, 'listening');

/** One for each test, as they count within a second. */
async function helper() {
  const app = createOperator(new DockerEngine({ DOCKER_SOCKET, PROJECT: 'ours' }), ['gateway-pool', 'redis'], logger);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const servers: { close(): void; closeAllConnections(): void }[] = [engine];

beforeEach(() => {
  asked = [];
  lines = [];
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

const order = { verb: 'pause', service: 'redis' };
const post = (url: string, body: string, type = JSON_TYPE) =>
  fetch(`${url}/act`, { method: 'POST', body, headers: { 'content-type': type } });

it.each([
  ['a service of another project', { ...order, service: 'grafana' }],
  ['a path in a name', { ...order, service: '../redis' }],
  ['a path behind a name', { ...order, service: 'redis/kill' }],
  ['a pattern', { ...order, service: 'gateway-*' }],
  ['a property that every object has', { ...order, service: 'constructor' }],
  ['another verb', { ...order, verb: 'remove' }],
  ['a verb that every object has', { ...order, verb: 'toString' }],
  ['more than that', { ...order, signal: 'KILL' }],
  ['nothing', {}],
  ['a list', [order]],
])('refuses %s', async (_what, body) => {
  const response = await post(await helper(), JSON.stringify(body));
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ status: 400, code: 'invalid_command' });
  expect(asked).toEqual([]);
  expect(lines).toMatchObject([{ msg: 'refused', code: 'invalid_command' }]);
});

it.each([
  [415, 'unsupported_type', 'text/plain', JSON.stringify(order)],
  [415, 'unsupported_type', 'application/x-www-form-urlencoded', 'verb=pause&service=redis'],
  [400, 'invalid_task', JSON_TYPE, '{'],
  [400, 'invalid_task', JSON_TYPE, '"pause redis"'],
])('answers %i %s to %s %s', async (status, code, type, body) => {
  const response = await post(await helper(), body, type);
  expect(await response.json()).toMatchObject({ status, code });
  expect(asked).toEqual([]);
  expect(lines).toMatchObject([{ code }]);
});

it('reads no large body, and goes on', async () => {
  const url = await helper();
  // Who still writes when the connection is closed may not get to read the answer.
  await post(url, JSON.stringify({ ...order, service: 'x'.repeat(10_000_000) })).catch(() => undefined);
  expect(lines).toMatchObject([{ code: 'too_large' }]);
  expect((await fetch(`${url}/services`)).status).toBe(200);
});

it.each([
  [404, 'not_found', '/', 'GET'],
  [404, 'not_found', '/act/redis', 'POST'],
  [405, 'method_not_allowed', '/act', 'GET'],
  [405, 'method_not_allowed', '/services', 'DELETE'],
])('answers %i %s to %s by %s', async (status, code, path, method) => {
  const response = await fetch((await helper()) + path, { method });
  expect(await response.json()).toMatchObject({ status, code });
  expect(asked).toEqual([]);
});

it('does some commands a second, and refuses the rest of a thousand with some lines a second', async () => {
  const url = await helper();
  const from = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      const { status } = await post(url, JSON.stringify({ ...order, verb: 'none' }));
      return status;
    }),
  );
  const seconds = (performance.now() - from) / 1_000;
  // So many at once, and as many in each second.
  const most = 10 * (seconds + 1);
  expect(answers.filter((status) => status !== 429).length).toBeLessThanOrEqual(most);
  expect(lines.length).toBeLessThanOrEqual(most);
  expect((await fetch(`${url}/services`)).status).toBe(200);
});

it('asks the engine for containers of its own project only, and passes on why it refuses', async () => {
  const operator = openOperator({ services: ['gateway-pool', 'redis'], OPERATOR_URL: await helper() });
  await expect(operator.act('stop', 'redis')).rejects.toThrow('it is tired');
  expect(asked[0]).toContain('com.docker.compose.project=ours');
  expect(asked.at(-1)).toContain('POST /containers/c1/stop');
  await expect(operator.act('stop', 'grafana')).rejects.toThrow('there is no service grafana here');
  const states = await operator.services();
  expect(states.map(({ name, state }) => `${name} ${state}`)).toEqual(['gateway-pool unknown', 'redis unknown']);
  await operator.close();
});

it('says that nobody answers', async () => {
  const operator = openOperator({ services: ['redis'], OPERATOR_URL: 'http://127.0.0.1:1' });
  await expect(operator.services()).rejects.toThrow(/^the operator does not answer: /);
  await operator.close();
});
