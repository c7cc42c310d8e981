/** A gateway of a few lines whose faults can be chosen; what it answers without a fault is right. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@heavy-lifter/gateway/contract';
import { answerTo, problem } from './documents.ts';

/** What becomes of one request to /blocking. */
export type Fate = 'right' | 'wrong' | 'first' | 'refused' | 'reset' | 'silent';

export interface StubSettings {
  readonly mode?: string;
  /** Decides over the nth request of those with this task's ops; all others are answered rightly. */
  readonly fate?: (n: number, task: Task) => Fate;
  readonly delayMs?: number;
}

export interface Stub {
  readonly url: string;
  /** Tasks as they came. */
  readonly asked: Task[];
  close(): Promise<void>;
}

/** Of the load that the tests ask for; verify and calibrate ask for others. */
export const LOAD_OPS = 1009;

export async function startStub({ mode = 'pool', fate = () => 'right', delayMs = 0 }: StubSettings): Promise<Stub> {
  const asked: Task[] = [];
  let first: Task | undefined;

  async function blocking(task: Task, response: ServerResponse): Promise<void> {
    first ??= task;
    const n = asked.push(task);
    if (delayMs > 0 && task.ops === LOAD_OPS) await sleep(delayMs);
    switch (fate(n, task)) {
      case 'right':
        return json(response, 200, answerTo(task, mode));
      case 'wrong':
        return json(response, 200, { ...answerTo(task, mode), checksum: '00000bad' });
      case 'first':
        return json(response, 200, answerTo(first, mode));
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
    const { ops, chunks, seed } = body ? JSON.parse(body) : Object.fromEntries(searchParams);
    await blocking({ ops: Number(ops), chunks: Number(chunks), seed: Number(seed) }, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, status: number, document: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document));
}
