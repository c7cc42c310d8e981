/** What every answer of both ports keeps to, whatever its route: errors are problems, and nothing may be kept. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JobDocument, Problem } from '../src/contract.ts';
import type { Mode } from '../src/mode.ts';
import { ask } from './support/ask.ts';
import { startFakeGateway } from './support/fake-mode.ts';
import type { TestGateway } from './support/gateway.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const JOB = '/jobs/00000000-0000-0000-0000-000000000000';
const PUBLIC = ['/blocking?ops=8', '/blocking?ops=no', '/non-blocking', JOB, `${JOB}/events`, `${JOB}/ws`];
const ADMIN = ['/metrics', '/metrics?name[]=%E0', '/pages', '/pages/api'];
const BOTH = ['/healthz', '/readyz', '/', '/nothing', '/%E0%A4%A', `/${'x/'.repeat(20)}`];
const routes = [
  ...[...PUBLIC, ...BOTH].map((path) => ['public', path] as const),
  ...[...ADMIN, ...BOTH].map((path) => ['admin', path] as const),
];

/** As an error of the system or of a library reads. */
const fail = () => {
  throw new Error(`defect at ${import.meta.filename}`);
};
const document = { state: 'completed' } as JobDocument;

/** Everything that a mode may do goes wrong. */
const broken: Partial<Mode> = {
  run: fail,
  notReady: async () => fail(),
  gauges: fail,
  jobs: { get: fail, cancel: fail, watch: fail },
  adminPages: { path: '/pages', handler: fail },
};
const working: Partial<Mode> = {
  run: async () => ({
    computed: { checksum: '00000000', count: 8, kernel: 'none', timings: { queuedMs: 0, computeMs: 0 } },
  }),
  jobs: {
    get: async () => document,
    cancel: async () => document,
    async *watch() {
      yield { document, json: '{}' };
    },
  },
  adminPages: { path: '/pages', handler: (_request, response) => void response.json({}) },
};

describe.each([
  ['broken', broken],
  ['working', working],
])('a gateway whose mode is %s', (_name, parts) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway(parts);
  });
  afterAll(() => gateway.stop());

  it.each(routes)('answers %s %s: errors as problems without internals, nothing to be kept', async (port, path) => {
    const url = port === 'admin' ? gateway.adminUrl : gateway.url;
    for (const method of METHODS) {
      const { status, headers, text } = await ask(url + path, {}, method);
      const seen = `${method} ${path} ${status} ${text}`;
      expect(headers['cache-control'], seen).toBe('no-store');
      const known = !/no(thing)?$|%E0%A4|\/x|ws$|pages/.test(path);
      const isTaken =
        (method === 'POST' && path.startsWith('/blocking')) || (method === 'DELETE' && /^\/jobs\/[^/]+$/.test(path));
      if (known && !['GET', 'HEAD'].includes(method) && !isTaken) {
        expect(status, seen).toBe(405);
      }
      if (status === 405) expect(headers.allow, seen).toBeTruthy();
      if (status < 400) continue;
      expect(headers['content-type'], seen).toMatch(/^application\/(problem\+)?json/);
      if (method === 'HEAD') continue;
      expect(text).not.toMatch(/defect at|node_modules|\.[jt]s\b/);
      // Readiness says what is missing in words of its own.
      if (path === '/readyz' && status === 503) expect(JSON.parse(text)).toMatchObject({ status: 'not ready' });
      else expect(Problem.parse(JSON.parse(text)), seen).toMatchObject({ status });
    }
  });

  it.each(routes)('takes no condition on %s %s', async (port, path) => {
    const url = port === 'admin' ? gateway.adminUrl : gateway.url;
    const plain = await ask(url + path);
    const conditional = await ask(url + path, {
      'if-none-match': '*',
      'if-modified-since': new Date().toUTCString(),
    });
    expect(conditional.status).toBe(plain.status);
  });
});

it('may not be kept where it is no request that is answered', async () => {
  const gateway = await startFakeGateway({});
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  socket.end('NOT HTTP\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^cache-control: no-store\r$/m);
  await gateway.stop();
});
