/** Single requests to the gateway, for everything but the load. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';

const ANSWER_LIMIT_MS = 60_000;
/** How long a queue may take to do a task that is asked for here. */
export const ANSWER_WAIT_S = 20;
/** In queue mode the answer itself, not the promise of it. */
const HEADERS = { prefer: `wait=${ANSWER_WAIT_S}` };

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** Waits until the gateway can serve. Throws a `Failure` when it does not get there within `limitS` seconds. */
export async function untilReady(gatewayUrl: string, limitS: number, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + limitS * 1000;
  for (;;) {
    const state = await readiness(gatewayUrl);
    if (state === 'ready') return;
    signal.throwIfAborted();
    if (Date.now() > deadline) throw new Failure(`the gateway at ${gatewayUrl} is not ready: ${state}`);
    await sleep(200, undefined, { signal });
  }
}

async function readiness(gatewayUrl: string): Promise<string> {
  try {
    const response = await fetch(`${gatewayUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? 'ready' : await response.text();
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}

/** Asks for one task and waits for its answer; `post` sends it as JSON. Throws a `Failure` when there is none. */
export async function askTask(gatewayUrl: string, task: object, signal: AbortSignal, post = false): Promise<Reply> {
  const query = new URLSearchParams(Object.entries(task).map(([key, value]) => [key, String(value)]));
  const request = post
    ? { method: 'POST', headers: { ...HEADERS, 'content-type': 'application/json' }, body: JSON.stringify(task) }
    : { headers: HEADERS };
  try {
    const response = await fetch(`${gatewayUrl}/blocking${post ? '' : `?${query}`}`, {
      ...request,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]),
    });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure(`the gateway gave no answer to ${JSON.stringify(task)}: ${(error as Error).cause ?? error}`);
  }
}
