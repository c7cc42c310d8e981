/** A gateway of a few lines whose faults can be chosen; what it answers without a fault is right. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@heavy-lifter/workloads';
import { answerTo, problem } from './documents.ts';

/** What becomes of one request to /blocking; `cached`: the first checksum again, `replayed`: the first answer of the load. */
export type Fate = 'right' | 'wrong' | 'cached' | 'replayed' | 'refused' | 'reset' | 'silent';

export interface StubSettings {
  readonly mode?: string;
  /** Decides over the nth request. */
  readonly fate?: (n: number, task: Task) => Fate;
  readonly delayMs?: number;
}

export interface Stub {
  readonly url: string;
  /** Tasks as they came. */
  readonly asked: Task[];
  /** Of each of them. */
  readonly headers: IncomingHttpHeaders[];
  /** When each of them came, by performance.now(). */
  readonly askedAt: number[];
  close(): Promise<void>;
}

/** Of the load that the tests ask for; verify and calibrate ask for others. */
export const LOAD_OPS = 1009;

/** A fate of the load's requests only, from the nth on. */
export function underLoad(fate: Fate, from = 0): (n: number, task: Task) => Fate {
  let n = 0;
  return (_, { ops }) => (ops === LOAD_OPS && n++ >= from ? fate : 'right');
}

export async function startStub({ mode = 'pool', fate = () => 'right', delayMs = 0 }: StubSettings): Promise<Stub> {
  const asked: Task[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const askedAt: number[] = [];

  async function blocking(task: Task, response: ServerResponse): Promise<void> {
    const n = asked.push(task);
    if (delayMs > 0 && task.ops === LOAD_OPS) await sleep(delayMs);
    switch (fate(n, task)) {
      case 'right':
        return json(response, 200, answerTo(task, mode));
      case 'wrong':
        return json(response, 200, { ...answerTo(task, mode), checksum: '00000bad' });
      case 'cached':
        return json(response, 200, { ...answerTo(task, mode), checksum: answerTo(asked[0] ?? task).checksum });
      case 'replayed':
        return json(response, 200, answerTo(asked.find(({ ops }) => ops === LOAD_OPS) ?? task, mode));
      case 'refused':
        return json(response, 503, problem(503, 'overloaded', 'MAX_QUEUE'));
      case 'reset':
        response.destroy();
        return;
      case 'silent':
        return;
    }
  }

  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://stub');
    if (pathname !== '/blocking') return json(response, 200, {});
    let body = '';
    for await (const part of request) body += part;
    headers.push(request.headers);
    askedAt.push(performance.now());
    const { ops, chunks, seed } = body ? JSON.parse(body) : Object.fromEntries(searchParams);
    await blocking({ ops: Number(ops), chunks: Number(chunks), seed: Number(seed) }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    askedAt,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}
