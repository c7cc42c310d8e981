/** "Heavy Lifter": the task goes to the Rust service over HTTP, on connections that are kept. */
import { StringDecoder } from 'node:string_decoder';
import { workload } from '@heavy-lifter/workloads';
import { type Dispatcher, Pool } from 'undici';
import { Computed } from '../contract.ts';
import { ProblemError } from '../errors.ts';
import type { CreateMode } from '../mode.ts';
import { Outage } from '../outage.ts';
import { asUpstreamProblem, refusal } from '../upstream.ts';

/** An absent service must be known within a second. */
const CONNECT_TIMEOUT_MS = 500;
/** Readiness is told within half a second, whatever the service does. */
const READY_MS = 400;
/** A whole answer is about 150 bytes. */
const MAX_ANSWER_BYTES = 16_384;

export const create: CreateMode = ({ config: { MICROSERVICE_URL, MAX_IN_FLIGHT, REQUEST_TIMEOUT_MS }, logger }) => {
  const { origin } = new URL(MICROSERVICE_URL);
  const outage = new Outage('The microservice', origin, logger);
  const pool = new Pool(origin, {
    connections: MAX_IN_FLIGHT,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  // Apart from the calls: that all their connections are in use says nothing against the service.
  const asker = new Pool(origin, { connections: 1, connect: { timeout: READY_MS } });
  let asking: Promise<string | undefined> | undefined;
  let inFlight = 0;

  async function ask(): Promise<string | undefined> {
    try {
      // Any answer proves that the service listens; this route has none for HEAD, so it costs it nothing.
      const { body } = await asker.request({ method: 'HEAD', path: '/compute', signal: AbortSignal.timeout(READY_MS) });
      await body.dump();
      outage.ended();
      return undefined;
    } catch (error) {
      tell(error);
      return 'the microservice does not answer';
    }
  }

  function tell(error: unknown) {
    const { code = '', name, message } = error as NodeJS.ErrnoException;
    outage.began({ name: code || name, detail: message });
  }

  return {
    maxSize: workload.maxSize.direct,
    async run(task, { signal, requestId }) {
      if (inFlight >= MAX_IN_FLIGHT) {
        throw new ProblemError('overloaded', `${inFlight} calls are in flight`, { limit: 'MAX_IN_FLIGHT' });
      }
      inFlight++;
      try {
        const request = {
          method: 'POST' as const,
          path: '/compute',
          headers: { 'content-type': 'application/json', 'x-request-id': requestId },
          body: JSON.stringify(task),
        };
        const { statusCode, answer } = await exchange(pool, request, signal);
        if (statusCode !== 200) throw refusal(statusCode, answer);
        const computed = Computed.parse(answer);
        outage.ended();
        return { computed };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        const problem = asUpstreamProblem(error);
        if (problem instanceof ProblemError && problem.code === 'upstream_down') tell(error);
        throw problem;
      } finally {
        inFlight--;
      }
    },
    /** One question at a time, whoever asks. */
    notReady() {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    full: () => (inFlight >= MAX_IN_FLIGHT ? 'MAX_IN_FLIGHT' : undefined),
    async close() {
      await Promise.all([pool.destroy(), asker.destroy()]);
    },
  };
};

/**
 * `Pool.request` for a short JSON answer, without a stream for it: a seventh of what an empty task costs this process.
 * Rejects with the signal's reason, an error of undici, or a `SyntaxError`.
 */
function exchange(pool: Pool, request: Dispatcher.DispatchOptions, signal: AbortSignal) {
  return new Promise<{ statusCode: number; answer: unknown }>((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let statusCode = 0;
    let text = '';
    const decoder = new StringDecoder();
    const abort = () => {
      reject(signal.reason);
      controller?.abort(signal.reason);
    };
    signal.throwIfAborted();
    signal.addEventListener('abort', abort);
    pool.dispatch(request, {
      onRequestStart(given) {
        controller = given;
        if (signal.aborted) controller.abort(signal.reason);
      },
      onResponseStart(_controller, status) {
        statusCode = status;
      },
      onResponseData(_controller, chunk) {
        text += decoder.write(chunk);
      },
      onResponseEnd() {
        signal.removeEventListener('abort', abort);
        try {
          resolve({ statusCode, answer: JSON.parse(text) });
        } catch (error) {
          // A proxy's error is seldom JSON; its status says it all.
          if (statusCode === 200) reject(error);
          else resolve({ statusCode, answer: undefined });
        }
      },
      onResponseError(_controller, error) {
        signal.removeEventListener('abort', abort);
        reject(error);
      },
    });
  });
}
