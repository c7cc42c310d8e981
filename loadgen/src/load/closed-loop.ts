/** The closed loop: autocannon, a fixed number of connections, each asking again as soon as it is answered. */
import { workload } from '@heavy-lifter/workloads';
import autocannon from 'autocannon';
import type { Ledger } from '../account/ledger.ts';
import { Latency, type LatencyMs } from './latency.ts';

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly durationS: number;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** When a request is given up; by default longer than the load lasts. */
  readonly timeoutS?: number | undefined;
  /** Files every answer; without one the loop asks for `path` and only counts. */
  readonly ledger?: Ledger;
  /** By default /non-blocking. */
  readonly path?: string;
}

export interface Loaded {
  /** Of answers that served: 200 and 202. */
  readonly latencyMs: LatencyMs;
  /** Answers that served. */
  readonly served: number;
  /** From the first request to the answer that ended the load, so that none is counted in part; without one, to its end. */
  readonly seconds: number;
}

/** A dead server would otherwise be asked again some 20,000 times a second. */
const RECONNECT_MS = 100;
/** Longer than the run, or slow answers would be reported as none ("0 requests" was such a figure). */
const TIMEOUT_BEYOND_S = 60;

/** What a ledger calls a request that the client gave up. */
export const CLIENT_TIMEOUT = 'client time-out';

/** autocannon ends at the end of a sample, a second by default: what is shorter would last a second. */
const SAMPLE_MS = 50;
/** How much longer than it should the load waits for the answer that ends it: so many times, and no more seconds. */
const PATIENCE = { times: 3, mostS: 2 };

const SERVED = new Set([200, 202]);

/** The parts of autocannon's client that its types leave out. */
interface Client extends NodeJS.EventEmitter {
  _connect(): void;
  readonly destroyed: boolean;
}

/**
 * Runs the load to its end, the first answer after `durationS`: where an answer takes a good part of that time, ending
 * between two would lose it. Resolves also when nothing was ever answered.
 */
export async function closedLoop(load: Load): Promise<Loaded> {
  const { url, connections, durationS, signal, headers, ledger, path } = load;
  signal.throwIfAborted();
  const durationMs = durationS * 1000;
  const latency = new Latency();
  const unanswered = new Set<Client>();
  let served = 0;
  let serving = false;
  const createdAt = performance.now();
  let firstAskedAt: number | undefined;
  let lastAnswerMs = 0;
  const elapsedMs = () => performance.now() - (firstAskedAt ?? createdAt);

  function setupClient(plain: autocannon.Client): void {
    const client = plain as unknown as Client;
    // The first connection is no reconnect.
    let failures = -1;
    let reason = 'connection closed before the answer';
    const connect = client._connect.bind(client);
    client._connect = () => {
      if (failures < 0) {
        failures = 1;
        return connect();
      }
      const again = () => client.destroyed || connect();
      // Never in the same turn: autocannon says that it gave a request up after it asked for the next connection.
      if (failures++ === 0) queueMicrotask(again);
      else setTimeout(again, RECONNECT_MS);
    };
    client.on('request', () => {
      firstAskedAt ??= performance.now();
      // autocannon counts nowhere what was in flight on a connection that was lost.
      if (unanswered.has(client)) ledger?.lost(reason);
      reason = 'connection closed before the answer';
      unanswered.add(client);
      ledger?.sent();
    });
    client.on('response', (_status: number, _bytes: number, ms: number) => {
      failures = 0;
      unanswered.delete(client);
      lastAnswerMs = elapsedMs();
      if (lastAnswerMs >= durationMs) stop();
      if (!serving) return;
      served++;
      latency.record(ms);
    });
    client.on('connError', (error: NodeJS.ErrnoException) => {
      reason = error.code ?? error.message;
    });
    client.on('timeout', () => {
      if (unanswered.delete(client)) ledger?.lost(CLIENT_TIMEOUT);
    });
  }

  const instance = autocannon({
    url,
    connections,
    duration: durationS + Math.min(PATIENCE.times * durationS, PATIENCE.mostS),
    sampleInt: SAMPLE_MS,
    timeout: load.timeoutS ?? durationS + TIMEOUT_BEYOND_S,
    setupClient,
    requests: [
      {
        method: 'GET',
        ...(headers ? { headers: { ...headers } } : {}),
        ...(ledger
          ? { setupRequest: (request) => ({ ...request, path: pathOf(ledger) }) }
          : { path: path ?? '/non-blocking' }),
        // Called before the client's own 'response' event, in the same turn.
        onResponse: (status, body) => {
          const outcome = ledger?.answered(status, body) ?? (SERVED.has(status) ? 'ok' : 'failed');
          serving = outcome === 'ok' || outcome === 'accepted';
        },
      },
    ],
  });
  const stop = () => (instance as unknown as { stop(): void }).stop();
  signal.addEventListener('abort', stop, { once: true });
  await instance;
  signal.removeEventListener('abort', stop);
  for (const _client of unanswered) ledger?.cutOff();
  const ms = lastAnswerMs >= durationMs ? lastAnswerMs : elapsedMs();
  return { latencyMs: latency.summary(), served, seconds: ms / 1000 };
}

function pathOf(ledger: Ledger): string {
  return `/blocking?${workload.queryOf(ledger.next())}`;
}
