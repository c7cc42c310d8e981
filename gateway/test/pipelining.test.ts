/** Many requests on one connection: some are answered in their order, and nobody can make a gateway owe more than that. */
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from './support/gateway.ts';
import { metric } from './support/metrics.ts';
import { waitFor } from './support/wait.ts';

const MAX_UNANSWERED = 32;
/** As many as one read of 64 KB brings. */
const FLOOD = 2_000;

let gateway: TestGateway;
let socket: Socket | undefined;
beforeAll(async () => {
  gateway = await startTestGateway('pool');
});
afterEach(() => socket?.destroy());
afterAll(() => gateway.stop());

/** Sends this and collects what comes back. */
function send(text: string, url = gateway.url) {
  const { port } = new URL(url);
  const sent = connect({ port: Number(port), host: '127.0.0.1' });
  const answers = { text: '', socket: sent };
  sent.on('data', (part) => {
    answers.text += part;
  });
  sent.on('error', () => {});
  sent.write(text);
  socket = sent;
  return answers;
}

const get = (path: string, ...lines: string[]) => `GET ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('')}\r\n`;
const post = 'POST /blocking HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n';
const ids = (text: string) => [...text.matchAll(/^x-request-id: (.*)\r$/gim)].map(([, id]) => id);
const requests = () => metric(gateway.adminUrl, 'http_request_duration_seconds_count');

describe('unanswered requests', () => {
  it('are answered in their order, however long each takes', async () => {
    const wanted = Array.from({ length: MAX_UNANSWERED }, (_, n) => `n-${n}`);
    // Every fourth is over at once.
    const path = (n: number) => (n % 4 ? `/blocking?ops=${(MAX_UNANSWERED - n) * 10_000}` : '/non-blocking');
    const answers = send(wanted.map((id, n) => get(path(n), `x-request-id: ${id}\r\n`)).join(''));
    await waitFor('all answers', () => ids(answers.text).length >= MAX_UNANSWERED);
    expect(ids(answers.text)).toEqual(wanted);
    expect(answers.text.split('HTTP/1.1 200 ').length - 1).toBe(MAX_UNANSWERED);
    // And as many again once those are done.
    answers.socket.write(wanted.map(() => get('/non-blocking')).join(''));
    await waitFor('the next', () => ids(answers.text).length >= 2 * MAX_UNANSWERED);
  });

  it.each([
    ['of a path that does not exist', get('/a')],
    ['of tasks', get('/blocking?ops=1000000')],
    ['of tasks with a body', `${post}{}`],
    ['without Host', 'GET /a HTTP/1.1\r\n\r\n'],
    ['that expect something', get('/a', 'expect: nothing\r\n')],
  ])('%s: one more than there may be closes the connection, and the rest is not looked at', async (_name, request) => {
    const before = await requests();
    const answers = send(request.repeat(FLOOD));
    await waitFor('the end', () => answers.socket.closed);
    await waitFor('an observation', async () => (await requests()) > before);
    expect((await requests()) - before).toBeLessThanOrEqual(MAX_UNANSWERED);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });

  it('are bounded on the admin port, too', async () => {
    const answers = send(get('/metrics').repeat(FLOOD), gateway.adminUrl);
    await waitFor('the end', () => answers.socket.closed);
    expect((await fetch(`${gateway.adminUrl}/healthz`)).status).toBe(200);
  });
});
