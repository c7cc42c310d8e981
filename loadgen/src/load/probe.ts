/** The bystander: a cheap request at a steady rate, from a thread of its own so that the load's event loop does not distort it. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Pool } from 'undici';
import type { LatencyMs } from './latency.ts';
import { pace } from './pacer.ts';

/** Requests a second: cheap enough to disturb nobody, enough for a p99 in some seconds. */
const RATE = 50;
const TIMEOUT_MS = 30_000;
const CONNECTIONS = 50;
const UNCOUNTED = 20;
const ASKING = 'asking';

export interface Bystander {
  readonly latencyMs: LatencyMs;
  /** Requests that had no 200. */
  readonly failed: number;
}

export interface Probe {
  /** Ends the probe; resolves to what it saw. */
  stop(): Promise<Bystander>;
}

/** Resolves when it is asking, which is before any load begins; `onLatency` hears each answer's milliseconds. */
export async function startProbe(gatewayUrl: string, onLatency: (ms: number) => void): Promise<Probe> {
  const worker = new Worker(new URL(import.meta.url), { workerData: gatewayUrl });
  const asking = once(worker, 'message');
  const ended = Promise.race([
    new Promise<Bystander>((resolve) => {
      worker.on('message', (message: number | typeof ASKING | Bystander) => {
        if (typeof message === 'number') onLatency(message);
        else if (message !== ASKING) resolve(message);
      });
    }),
    once(worker, 'error').then(([error]) => Promise.reject(error)),
  ]);
  ended.catch(() => {});
  await asking;
  return {
    stop() {
      worker.postMessage('stop');
      return ended;
    },
  };
}

async function run(gatewayUrl: string): Promise<void> {
  const stop = new AbortController();
  parentPort?.once('message', () => stop.abort());
  const pool = new Pool(gatewayUrl, { connections: CONNECTIONS, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  // The first requests of a process are slow for reasons of its own: code that is not compiled, no connection yet.
  for (let n = 0; n < UNCOUNTED; n++) {
    await pool
      .request({ method: 'GET', path: '/non-blocking' })
      .then(({ body }) => body.dump())
      .catch(() => undefined);
  }
  parentPort?.postMessage(ASKING);
  let failed = 0;
  const { latencyMs, skipped } = await pace({
    rate: RATE,
    durationS: 86_400,
    maxInFlight: 1000,
    signal: stop.signal,
    async send() {
      try {
        const { statusCode, body } = await pool.request({ method: 'GET', path: '/non-blocking' });
        await body.dump();
        if (statusCode !== 200) failed++;
        return statusCode === 200;
      } catch {
        failed++;
        return false;
      }
    },
    onLatency: (ms) => parentPort?.postMessage(ms),
  });
  await pool.destroy();
  parentPort?.postMessage({ latencyMs, failed: failed + skipped } satisfies Bystander);
  parentPort?.close();
}

if (!isMainThread && workerData) await run(workerData as string);
