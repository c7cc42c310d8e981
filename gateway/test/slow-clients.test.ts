/** Peers that do not read, do not answer or take their time: they hold nothing up, and no place for ever. */
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { JobNews, Jobs } from '../src/mode.ts';
import { startFakeGateway } from './support/fake-mode.ts';
import type { TestGateway } from './support/gateway.ts';
import { request, WEBSOCKET } from './support/raw.ts';
import { waitFor } from './support/wait.ts';

/** News enough to tell one who reads from one who does not. */
const DOCUMENTS = 60;
const BUSY = '/jobs/busy';
const QUIET = '/jobs/quiet';
const LARGE = '/jobs/large';

/** How many documents each watcher has been given, in the order of coming. */
let given: number[] = [];
/** The jobs that have been looked up. */
let looked: string[] = [];
let gateway: TestGateway;
let sockets: Socket[] = [];

/** A mode that has a job with a megabyte of news at any moment, and one without any. */
async function start(env: Record<string, string>) {
  given = [];
  looked = [];
  sockets = [];
  const document = { state: 'active' } as JobNews['document'];
  const jobs: Jobs = {
    async get(id) {
      looked.push(id);
      return id === 'large' ? ({ ...document, id: 'x'.repeat(20_000_000) } as JobNews['document']) : document;
    },
    cancel: async () => undefined,
    async *watch(id, signal) {
      const watcher = given.push(0) - 1;
      yield { document, json: '"first"' };
      if (id === 'quiet') await once(signal, 'abort');
      for (let n = 0; !signal.aborted; n++) {
        given[watcher] = n;
        yield { document, json: JSON.stringify(`${n} ${'x'.repeat(1_000_000)}`) };
        await nextTurn();
      }
    },
  };
  gateway = await startFakeGateway({ jobs }, env);
}
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await gateway.stop();
});

/** A bare connection that sends this and reads nothing until it is asked to. */
function silent(text: string): Socket {
  const { port } = new URL(gateway.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  socket.write(text);
  sockets.push(socket);
  return socket;
}

/** An empty one, masked with nothing. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** How each is opened, and what may be sent at any time and means nothing. */
const ways = [
  ['event stream', (job: string) => silent(request(`GET ${job}/events`)), '\r\n'],
  ['WebSocket', (job: string) => silent(request(`GET ${job}/ws`, ...WEBSOCKET)), PONG],
] as const;

describe.each(ways)('%s', (_name, open, nothing) => {
  it('nobody reads is given no more than the connection takes, and others do not wait for it', async () => {
    await start({});
    open(BUSY);
    await waitFor('it is being told', () => (given[0] ?? 0) > 0);
    const reader = get(`${gateway.url}${BUSY}/events`, (response) => response.resume());
    reader.on('error', () => {});
    // However much the kernel takes for a connection that nobody reads: it ends, and the other one's goes on.
    await waitFor('another is told much more', () => (given[1] ?? 0) > DOCUMENTS + 2 * (given[0] ?? 0));
    reader.destroy();
  });

  it('nobody reads is cut off, and its place given back', async () => {
    await start({ MAX_STREAMS: '1', HEARTBEAT_MS: '50' });
    open(BUSY);
    await waitFor('it is being told', () => (given[0] ?? 0) > 0);
    await waitFor('there is room for another', hasRoom);
  });

  it('nobody reads ends with the gateway', async () => {
    await start({ SHUTDOWN_TIMEOUT_MS: '700' });
    const socket = open(BUSY);
    await waitFor('it is being told', () => (given[0] ?? 0) > 0);
    await gateway.stop();
    // Who does not read learns it by writing.
    await waitFor('it is closed', () => {
      if (!socket.closed) socket.write(nothing);
      return socket.closed;
    });
  });
});

it('a WebSocket whose peer has vanished is noticed, though there is no news', async () => {
  await start({ MAX_STREAMS: '1', HEARTBEAT_MS: '50' });
  // Its kernel takes everything, and no program answers.
  silent(request(`GET ${QUIET}/ws`, ...WEBSOCKET)).resume();
  await waitFor('it is being told', () => given.length === 1);
  await waitFor('there is room for another', hasRoom);
});

it('streams without news live on while their peers show signs of life', async () => {
  // Long enough for a peer in the same process, which may have no turn for a while.
  await start({ HEARTBEAT_MS: '500' });
  let comments = 0;
  const events = get(`${gateway.url}${QUIET}/events`, (response) => {
    response.on('data', (text) => {
      if (String(text).startsWith(':')) comments++;
    });
  });
  events.on('error', () => {});
  let pings = 0;
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${QUIET}/ws`);
  socket.on('ping', () => pings++);
  socket.on('error', () => {});
  // A peer that is silent is cut off after two.
  await waitFor('several intervals', () => comments > 4 && pings > 4);
  expect(events.destroyed).toBe(false);
  expect(socket.readyState).toBe(WebSocket.OPEN);
  events.destroy();
  socket.terminate();
});

it('an answer that nobody reads holds no place for ever', async () => {
  await start({ REQUEST_TIMEOUT_MS: '100', HEARTBEAT_MS: '100', MAX_CONNECTIONS: '1' });
  silent(request(`GET ${LARGE}`));
  await waitFor('it is being answered', () => looked.includes('large'));
  await waitFor('there is room for another', isOpen);
});

describe('a request that comes slowly', () => {
  const post = 'POST /blocking HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n';

  it.each([
    ['without anything', '', ''],
    ['by its head', 'GET /blocking HTTP/1.1\r\n', 'a: b\r\n'],
    ['by its body', `${post}{`, ' '],
  ])('%s is answered with 408 and holds no place', async (_name, begin, more) => {
    await start({ RECEIVE_TIMEOUT_MS: '400', MAX_CONNECTIONS: '1' });
    const socket = silent(begin);
    const dribble = setInterval(() => socket.writable && socket.write(more), 20);
    let answer = '';
    socket.on('data', (text) => {
      answer += text;
    });
    await waitFor('the answer', () => answer.includes('\r\n\r\n'));
    clearInterval(dribble);
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*"code":"request_timeout"/s);
    // Its own side is still open.
    await waitFor('there is room for another', isOpen);
  });
});

/** Whether one more connection is let in. */
const isOpen = () =>
  fetch(`${gateway.url}/non-blocking`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Whether one more stream is let in. */
async function hasRoom(): Promise<boolean> {
  const leave = new AbortController();
  const { status } = await fetch(`${gateway.url}${QUIET}/events`, { signal: leave.signal });
  leave.abort();
  return status === 200;
}
