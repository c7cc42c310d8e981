/** Who may look and command: everything else is a problem, and a line in the log that tells no token. */
import { Problem } from '@heavy-lifter/gateway/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestLive, type TestLive, TOKEN } from './support/live.ts';
import { type Sent, send } from './support/send.ts';

let live: TestLive;
const done: string[] = [];

beforeAll(async () => {
  live = await startTestLive(
    { pool: 'http://127.0.0.1:1' },
    {},
    {
      states: new Map([['gateway-pool', 'running']]),
      act: async (verb, service) => void done.push(`${verb} ${service}`),
    },
  );
});
afterAll(() => live?.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const MINE = { authorization: `Bearer ${TOKEN}`, ...JSON_TYPE };
const kill = (service: string) => JSON.stringify({ do: 'service', verb: 'kill', service });
const OWN = kill('gateway-pool');

const post = (headers: Record<string, string>, body: string | Buffer = OWN) =>
  send(`${live.url}/commands`, 'POST', headers, body);

function expectProblem({ status, type, text }: Sent, expected: number, code: string): void {
  expect([status, type]).toEqual([expected, 'application/problem+json; charset=utf-8']);
  expect(Problem.parse(JSON.parse(text))).toMatchObject({ status: expected, code });
}

describe('a command', () => {
  const port = () => new URL(live.url).port;

  it.each([
    ['127.0.0.1', (port: string) => `127.0.0.1:${port}`],
    ['localhost', () => 'localhost:8080'],
    ['[::1]', () => '[::1]:3100'],
    ['without a port', () => 'localhost'],
  ])('is taken under %s', async (_, hostFor) => {
    const host = hostFor(port());
    done.length = 0;
    expect((await post({ ...MINE, host })).status).toBe(202);
    expect((await post({ ...MINE, host, origin: `http://${host}` })).status).toBe(202);
    expect(done).toEqual(['kill gateway-pool', 'kill gateway-pool']);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['a foreign Origin', { ...MINE, origin: 'https://evil.example' }, 403, 'forbidden'],
    ['the Origin of another program here', { ...MINE, origin: 'http://127.0.0.1:1' }, 403, 'forbidden'],
    ['no Origin that can be told', { ...MINE, origin: 'null' }, 403, 'forbidden'],
    ['a name of others', { ...MINE, host: 'evil.example' }, 403, 'forbidden'],
    ['a name that begins like ours', { ...MINE, host: '127.0.0.1.evil.example' }, 403, 'forbidden'],
    ['a name that ends like ours', { ...MINE, host: 'evil.example:127.0.0.1' }, 403, 'forbidden'],
    ['another name of loopback', { ...MINE, host: '127.1:3100' }, 403, 'forbidden'],
    ['no token', JSON_TYPE, 401, 'unauthorized'],
    ['an empty token', { ...JSON_TYPE, authorization: 'Bearer ' }, 401, 'unauthorized'],
    ['a wrong token', { ...JSON_TYPE, authorization: `Bearer ${TOKEN}x` }, 401, 'unauthorized'],
    [
      'the beginning of the token',
      { ...JSON_TYPE, authorization: `Bearer ${TOKEN.slice(0, -1)}` },
      401,
      'unauthorized',
    ],
    ['a form', { ...MINE, 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_type'],
    ['plain text', { ...MINE, 'content-type': 'text/plain' }, 415, 'unsupported_type'],
  ])('with %s is refused', async (_, headers, status, code) => {
    done.length = 0;
    expectProblem(await post(headers), status, code);
    expect(done).toEqual([]);
  });

  it.each<[string, string, number, string]>([
    ['a service of others', kill('postgres'), 404, 'not_found'],
    ['a path for a name', kill('../gateway-pool'), 404, 'not_found'],
    ['a name with more behind it', kill('gateway-pool; true'), 404, 'not_found'],
    ['a name of an object’s own', kill('constructor'), 404, 'not_found'],
    ['a lane of others', JSON.stringify({ do: 'users', lane: '__proto__', users: 1 }), 404, 'not_found'],
    [
      'a verb that there is not',
      JSON.stringify({ do: 'service', verb: 'exec', service: 'gateway-pool' }),
      400,
      'invalid_command',
    ],
    ['too many users', JSON.stringify({ do: 'users', users: 201 }), 400, 'invalid_command'],
    ['a task of another size', JSON.stringify({ do: 'task', ms: 60_000 }), 400, 'invalid_command'],
    ['a field more', JSON.stringify({ do: 'stop', now: true }), 400, 'invalid_command'],
    ['no command', '{}', 400, 'invalid_command'],
    ['a list', '[]', 400, 'invalid_command'],
    ['half of one', '{"do":', 400, 'invalid_task'],
  ])('of %s is refused', async (_, body, status, code) => {
    // In their turn: more than ten a second are too many.
    await new Promise((resolve) => setTimeout(resolve, 100));
    done.length = 0;
    expectProblem(await post(MINE, body), status, code);
    expect(done).toEqual([]);
  });

  it('of ten megabytes is refused', async () => {
    expectProblem(await post(MINE, Buffer.alloc(10 * 2 ** 20, ' ')), 413, 'too_large');
  });

  it('among a thousand is one of few', async () => {
    done.length = 0;
    const all = await Promise.all(Array.from({ length: 1_000 }, () => post(MINE)));
    const refused = all.filter(({ status }) => status === 429);
    expect(all.filter(({ status }) => status === 202)).toHaveLength(1_000 - refused.length);
    // Ten at once, and ten for each second that the thousand took on a busy machine.
    expect(refused.length).toBeGreaterThan(500);
    expect(done).toHaveLength(1_000 - refused.length);
    expectProblem(refused[0] as Sent, 429, 'too_many_commands');
  });
});

describe('the stream', () => {
  it.each<[string, Record<string, string>, number]>([
    ['no token', {}, 401],
    ['a wrong token', { authorization: 'Bearer x' }, 401],
    ['a name of others', { authorization: `Bearer ${TOKEN}`, host: 'evil.example' }, 403],
    ['a foreign Origin', { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' }, 403],
  ])('is not for whoever comes with %s', async (_, headers, status) => {
    expect((await send(`${live.url}/events`, 'GET', headers)).status).toBe(status);
    expect((await send(`${live.url}/events?token=${TOKEN}`, 'GET', headers)).status).toBe(status);
  });
});

it('the page itself is not for frames and names of others, and loads nothing from elsewhere', async () => {
  const response = await fetch(`${live.url}/`);
  await response.text();
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'; frame-ancestors 'none'");
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  expectProblem(await send(`${live.url}/`, 'GET', { host: 'evil.example' }), 403, 'forbidden');
  expectProblem(await send(`${live.url}/../package.json`, 'GET', {}), 404, 'not_found');
  expect((await send(`${live.url}/healthz`, 'GET', { host: 'live' })).status).toBe(200);
});

it('what is refused is a line in the log, a flood is few, and none tells the token', () => {
  const lines = live
    .log()
    .split('\n')
    .filter((line) => line.includes('"refused"'));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThan(500);
  expect(live.log()).not.toContain(TOKEN);
});
