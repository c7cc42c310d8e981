/** A byte to the other core and back: no answer over a network can be faster here. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { Failure } from '../failure.ts';
import { Latency } from '../load/latency.ts';

const CONNECT_LIMIT_MS = 5_000;

/** Microseconds, p50 of one caller that asks again as soon as it is answered. */
export async function roundTripUs(url: string, durationS: number, signal: AbortSignal): Promise<number> {
  const socket = await open(url);
  const latency = new Latency();
  try {
    for (const end = performance.now() + durationS * 1000; performance.now() < end; ) {
      signal.throwIfAborted();
      const startedAt = performance.now();
      socket.write('.');
      await once(socket, 'data', { signal });
      latency.record(performance.now() - startedAt);
    }
  } finally {
    socket.destroy();
  }
  return (latency.summary().p50 ?? 0) * 1000;
}

async function open(url: string): Promise<Socket> {
  const asking = request(url, { headers: { connection: 'upgrade', upgrade: 'echo' }, timeout: CONNECT_LIMIT_MS });
  asking.once('timeout', () => asking.destroy(new Failure(`${url} does not echo`)));
  asking.end();
  const [, socket] = (await once(asking, 'upgrade')) as [unknown, Socket];
  return socket.setNoDelay();
}
