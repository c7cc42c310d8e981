/** Whatever is on the way to the microservice, or in its place: 503 or 504. Only what our own service breaks is 500. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from '../src/contract.ts';
import type { ProblemError } from '../src/errors.ts';
import { NETWORK_CODES } from '../src/network-errors.ts';
import { asUpstreamProblem } from '../src/upstream.ts';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { waitFor } from './support/wait.ts';

const http = (status: number, body: string, type = 'text/html') =>
  `HTTP/1.1 ${status} Some Text\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const problem = (code: string, status: number) =>
  http(status, JSON.stringify({ type: 'about:blank', title: '', status, code, detail: 'd', requestId: 'r' }));

describe('a task that the microservice does not do', () => {
  let answer: string | ((socket: Socket) => void);
  let server: Server;
  let gateway: TestGateway;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', () => (typeof answer === 'string' ? socket.write(answer) : answer(socket)));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    gateway = await startTestGateway('microservice', {
      MICROSERVICE_URL: `http://127.0.0.1:${port}`,
      REQUEST_TIMEOUT_MS: '1000',
    });
  });
  afterAll(async () => {
    await gateway.stop();
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it.each([
    ['a proxy: 502', http(502, '<html>'), 503, 'upstream_down'],
    ['a proxy: 503', http(503, '<html>'), 503, 'upstream_down'],
    ['a proxy: 504', http(504, '<html>'), 504, 'upstream_late'],
    ['a proxy: 408', http(408, ''), 504, 'upstream_late'],
    ['a proxy: 429', http(429, ''), 503, 'overloaded'],
    ['a proxy: 500', http(500, '<html>'), 503, 'upstream_down'],
    ['another server: 404', http(404, '<html>'), 503, 'upstream_down'],
    ['another server: 301', http(301, ''), 503, 'upstream_down'],
    ['another server: HTML', http(200, '<html>'), 503, 'upstream_down'],
    ['another server: other JSON', http(200, '{"ok":true}'), 503, 'upstream_down'],
    ['another server: too much', http(200, 'x'.repeat(100_000)), 503, 'upstream_down'],
    ['another server: a long head', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`, 503, 'upstream_down'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 503, 'upstream_down'],
    ['half an answer', (s) => s.end(http(200, '{"checksum":').slice(0, -3)), 503, 'outcome_unknown'],
    ['a reset', (s) => s.resetAndDestroy(), 503, 'outcome_unknown'],
    ['an end', (s) => s.end(), 503, 'outcome_unknown'],
    ['silence', () => {}, 504, 'upstream_late'],
    ['the service: full', problem('overloaded', 503), 503, 'overloaded'],
    ['the service: late', problem('upstream_late', 504), 504, 'upstream_late'],
    ['the service: broken', problem('internal', 500), 500, 'internal'],
    ['the service: not understood', problem('invalid_task', 400), 500, 'internal'],
  ] satisfies [string, typeof answer, number, string][])('%s', async (_name, given, status, code) => {
    answer = given;
    const response = await fetch(`${gateway.url}/blocking?ops=10`);
    expect(response.status).toBe(status);
    expect(((await response.json()) as Problem).code).toBe(code);
    if (status === 503) expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('is told once in the log, with its cause and where it was sent', async () => {
    const lines = () => [...gateway.log().matchAll(/"The microservice cannot be used"/g)].length;
    answer = http(502, '<html>');
    for (let n = 0; n < 5; n++) await (await fetch(`${gateway.url}/blocking?ops=10`)).text();
    const before = lines();
    for (let n = 0; n < 5; n++) await (await fetch(`${gateway.url}/blocking?ops=10`)).text();
    expect(lines()).toBe(before);
    answer = http(404, '');
    await waitFor('ready', async () => (await fetch(`${gateway.url}/readyz`)).ok);
    expect(gateway.log()).toMatch(
      /"address":"http:\/\/127.0.0.1:\d+","afterS":[\d.]+,"msg":"The microservice can be used again"/,
    );
  });
});

it.each(Object.entries(NETWORK_CODES))('%s on the way to it is 503', (code, meaning) => {
  const problem = asUpstreamProblem(Object.assign(new Error('of the system'), { code })) as ProblemError;
  expect(problem).toMatchObject({ status: 503, code: meaning === 'not' ? 'upstream_down' : 'outcome_unknown' });
});
