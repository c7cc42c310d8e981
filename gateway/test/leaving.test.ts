/** Callers that leave at any moment between their request and its end: no place and no answer stays behind. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, it } from 'vitest';
import type { JobNews, Jobs } from '../src/mode.ts';
import { startFakeGateway } from './support/fake-mode.ts';
import type { TestGateway } from './support/gateway.ts';
import { request, WEBSOCKET } from './support/raw.ts';
import { waitFor } from './support/wait.ts';

/** Places are back within a second; the rest is for a busy machine. */
const BACK_MS = 5_000;
const LEAVING = '/jobs/leaving';
const STAYING = '/jobs/staying';

/** Where a look at the leaving job, and the watching of it, are held up. */
let gates: Record<'get' | 'watch', PromiseWithResolvers<void>>;
/** What has been reached for the leaving job. */
let reached: string[];
let gateway: TestGateway;
let sockets: Socket[];

async function start() {
  gates = { get: Promise.withResolvers(), watch: Promise.withResolvers() };
  reached = [];
  sockets = [];
  const document = { state: 'active' } as JobNews['document'];
  const jobs: Jobs = {
    async get(id) {
      if (id === 'leaving') await pass('get');
      return document;
    },
    cancel: async () => document,
    async *watch(id, signal) {
      if (id === 'leaving') await pass('watch');
      yield { document, json: '"told"' };
      if (!signal.aborted) await once(signal, 'abort');
    },
  };
  gateway = await startFakeGateway({ jobs }, { MAX_STREAMS: '2' });
}
function pass(point: keyof typeof gates) {
  reached.push(point);
  return gates[point].promise;
}
afterEach(async () => {
  for (const gate of Object.values(gates)) gate.resolve();
  for (const socket of sockets) socket.destroy();
  await gateway.stop();
});

function send(text: string): Socket {
  const socket = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.resume();
  socket.write(text);
  sockets.push(socket);
  return socket;
}

const ways = {
  'event stream': request(`GET ${LEAVING}/events`),
  WebSocket: request(`GET ${LEAVING}/ws`, ...WEBSOCKET),
};
const leave = {
  FIN: (socket: Socket) => void socket.end(),
  RST: (socket: Socket) => void socket.resetAndDestroy(),
};

const cases = (Object.keys(ways) as (keyof typeof ways)[]).flatMap((way) =>
  (Object.keys(leave) as (keyof typeof leave)[]).map((how) => ({ way, how })),
);

describe.each(cases)('$way, left by $how', ({ way, how }) => {
  it('while the job is looked up', async () => {
    await start();
    const socket = send(ways[way]);
    await waitFor('the look', () => reached.includes('get'));
    leave[how](socket);
    // Of a FIN on a connection that waits for its upgrade nobody can know: it is not read.
    if (way === 'event stream' || how === 'RST') {
      await waitFor('it is noticed', () => gateway.log().includes('"status":499'));
    }
    gates.get.resolve();
    gates.watch.resolve();
    await bothPlacesAreFree();
  });

  it('at the moment in which the answer begins', async () => {
    await start();
    const socket = send(ways[way]);
    await waitFor('the look', () => reached.includes('get'));
    leave[how](socket);
    gates.get.resolve();
    gates.watch.resolve();
    await bothPlacesAreFree();
  });

  it('while the watching of the job opens', async () => {
    await start();
    const socket = send(ways[way]);
    gates.get.resolve();
    await waitFor('the watching', () => reached.includes('watch'));
    leave[how](socket);
    await bothPlacesAreFree();
  });

  it('while it is told', async () => {
    await start();
    const socket = send(ways[way]);
    let told = '';
    socket.on('data', (text) => {
      told += text;
    });
    gates.get.resolve();
    gates.watch.resolve();
    await waitFor('it is told', () => told.includes('"told"'));
    leave[how](socket);
    await bothPlacesAreFree();
  });
});

describe('several requests on one connection', () => {
  it.each([
    ['nothing else', ''],
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a WebSocket', ways.WebSocket],
    ['what is not HTTP', 'NOT HTTP\r\n\r\n'],
  ])('and then %s: all are given up when the caller leaves', async (_name, last) => {
    await start();
    gates.get.resolve();
    gates.watch.resolve();
    const socket = send(request(`GET ${STAYING}/events`) + request(`GET ${STAYING}/events`));
    await waitFor('both places are taken', async () => !(await hasRoom(1)));
    socket.write(last);
    leave.RST(socket);
    await bothPlacesAreFree();
  });
});

async function bothPlacesAreFree() {
  await waitFor('both places are free', () => hasRoom(2), BACK_MS);
}

/** Whether so many streams are let in at once. */
async function hasRoom(count: number): Promise<boolean> {
  const end = new AbortController();
  const { signal } = end;
  const opened = await Promise.all(
    Array.from({ length: count }, () => fetch(`${gateway.url}${STAYING}/events`, { signal })),
  );
  end.abort();
  return opened.every(({ ok }) => ok);
}
