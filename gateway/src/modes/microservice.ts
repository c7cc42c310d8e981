/** "Heavy Lifter": the task goes to the Rust service over HTTP, on connections that are kept. */
import { StringDecoder } from 'node:string_decoder';
import { type Dispatcher, Pool } from 'undici';
import { z } from 'zod';
import { Computed, MAX_OPS_DIRECT, Problem } from '../contract.ts';
import { ProblemError } from '../errors.ts';
import type { CreateMode } from '../mode.ts';

/** An absent service must be known within a second. */
const CONNECT_TIMEOUT_MS = 500;
/** A whole answer is about 150 bytes. */
const MAX_ANSWER_BYTES = 16_384;

export const create: CreateMode = ({ config: { MICROSERVICE_URL, MAX_IN_FLIGHT, REQUEST_TIMEOUT_MS } }) => {
  const pool = new Pool(new URL(MICROSERVICE_URL).origin, {
    connections: MAX_IN_FLIGHT,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: REQUEST_TIMEOUT_MS,
    bodyTimeout: REQUEST_TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
  });
  let inFlight = 0;

  return {
    maxOps: MAX_OPS_DIRECT,
    computesHere: false,
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
        if (statusCode === 200) return { computed: Computed.parse(answer) };
        throw refusal(statusCode, answer);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw asUpstreamProblem(error);
      } finally {
        inFlight--;
      }
    },
    async notReady() {
      try {
        // Any answer proves that the service listens; this route has none for HEAD, so it costs it nothing.
        const signal = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
        const { body } = await pool.request({ method: 'HEAD', path: '/compute', signal });
        await body.dump();
        return undefined;
      } catch {
        return 'the microservice does not answer';
      }
    },
    close: () => pool.destroy(),
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
          reject(error);
        }
      },
      onResponseError(_controller, error) {
        signal.removeEventListener('abort', abort);
        reject(error);
      },
    });
  });
}

/** The service's own problem, where it is one that our caller can act on. */
function refusal(statusCode: number, answer: unknown): Error {
  const { data } = Problem.safeParse(answer);
  if (data?.code === 'overloaded') {
    return new ProblemError('overloaded', data.detail, data.limit ? { limit: `microservice ${data.limit}` } : {});
  }
  if (data?.code === 'upstream_late') return new ProblemError('upstream_late', data.detail);
  return new Error(`the microservice answered ${statusCode} ${data?.code ?? 'without a problem document'}`);
}

const LATE = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const DOWN = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);
const LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

function asUpstreamProblem(error: unknown): unknown {
  if (error instanceof ProblemError || error instanceof z.ZodError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (LATE.has(code)) return new ProblemError('upstream_late', 'the microservice did not answer in time');
  if (DOWN.has(code)) return new ProblemError('upstream_down', 'the microservice cannot be reached', { cause: error });
  if (LOST.has(code)) {
    // It may be asked again: computing has no effect that a retry could repeat.
    const detail = 'the connection to the microservice was lost before its answer';
    return new ProblemError('outcome_unknown', detail, { cause: error });
  }
  return error;
}
