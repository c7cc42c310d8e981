/** From a request to the end of its task, whatever route it came by. */
import type { Task } from '@heavy-lifter/workloads';
import type { Request, RequestHandler, Response } from 'express';
import type { Config } from '../config.ts';
import { IDEMPOTENCY_KEY } from '../contract.ts';
import { CallerGone, ProblemError } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Metrics, TaskOutcome } from '../metrics.ts';
import type { Call, Mode, Outcome } from '../mode.ts';
import { taskReader } from './task.ts';

/** What a route needs to serve tasks. */
export interface TaskParts {
  readonly config: Config;
  readonly mode: Mode;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
}

/** A task that was served, to be answered. */
export interface Served {
  readonly request: Request;
  readonly response: Response;
  readonly task: Task;
  readonly outcome: Outcome;
  readonly call: Call;
  /** From the task's arrival until now. */
  readonly ms: number;
}

/** Has tasks served by the mode; what is answered is `answer`'s. */
export function taskRoute(
  { config, mode, metrics, lifecycle }: TaskParts,
  answer: (served: Served) => Promise<void> | void,
): RequestHandler {
  const readTask = taskReader(mode.maxSize);
  const stay = new Stay();

  return async (request, response) => {
    const task = readTask(request);
    const idempotencyKey = readKey(request);
    const call = new RequestCall(response, idempotencyKey, config.REQUEST_TIMEOUT_MS, lifecycle);
    const startedAt = performance.now();
    metrics.taskStarted();
    try {
      const outcome = await mode.run(task, call);
      if ('computed' in outcome && mode.kernelWork) metrics.computed(outcome.computed.timings);
      await answer({ request, response, task, outcome, call, ms: performance.now() - startedAt });
      metrics.taskEnded('ok');
      stay.ended(performance.now() - startedAt);
    } catch (error) {
      metrics.taskEnded(outcomeOf(error));
      if (error instanceof ProblemError && error.code === 'overloaded') error.retryAfterS ??= stay.seconds;
      if (!(error instanceof CallerGone)) throw error;
    } finally {
      call.end();
    }
  };
}

/**
 * How long a task stays here at present, from its arrival to its end. By then those that were in hand when a caller was
 * refused have made room (Little's law: what is in hand is the rate of ends by the stay).
 */
class Stay {
  #ms: number | undefined;

  /** Smoothed over the last ten or so. */
  ended(ms: number): void {
    this.#ms = this.#ms === undefined ? ms : this.#ms + (ms - this.#ms) / 10;
  }

  /** Nothing before the first end. */
  get seconds(): number | undefined {
    return this.#ms === undefined ? undefined : this.#ms / 1000;
  }
}

function readKey(request: Request): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && IDEMPOTENCY_KEY.test(key))) return key;
  const detail = 'must be 1 to 255 printable ASCII characters';
  throw new ProblemError('invalid_task', `Idempotency-Key ${detail}`, {
    errors: [{ field: 'Idempotency-Key', detail }],
  });
}

/**
 * One request's signal: it aborts, with what to throw as its reason, when the caller leaves, time is up or the process
 * must go. Made when it is first asked for: a mode that only hands a task over never waits, and accepting is cheap
 * enough for this to show.
 */
class RequestCall implements Call {
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
  readonly #response: Response;
  readonly #timeoutMs: number;
  readonly #lifecycle: Lifecycle;
  #controller: AbortController | undefined;
  #late: NodeJS.Timeout | undefined;

  constructor(response: Response, idempotencyKey: string | undefined, timeoutMs: number, lifecycle: Lifecycle) {
    this.requestId = response.locals.requestId;
    this.idempotencyKey = idempotencyKey;
    this.#response = response;
    this.#timeoutMs = timeoutMs;
    this.#lifecycle = lifecycle;
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    this.#controller = new AbortController();
    this.#late = setTimeout(this.#tooLate, this.#timeoutMs);
    this.#response.once('close', this.#gone);
    this.#lifecycle.leaving.addEventListener('abort', this.#leave);
    if (this.#response.closed) this.#gone();
    return this.#controller.signal;
  }

  end(): void {
    if (!this.#controller) return;
    clearTimeout(this.#late);
    this.#response.off('close', this.#gone);
    this.#lifecycle.leaving.removeEventListener('abort', this.#leave);
  }

  readonly #gone = () => this.#controller?.abort(new CallerGone());
  readonly #leave = () => this.#controller?.abort(this.#lifecycle.leaving.reason);
  readonly #tooLate = () => {
    const detail = `no result within ${this.#timeoutMs} ms`;
    this.#controller?.abort(new ProblemError('upstream_late', detail, { limit: 'REQUEST_TIMEOUT_MS' }));
  };
}

function outcomeOf(error: unknown): TaskOutcome {
  if (error instanceof CallerGone) return 'cancelled';
  return error instanceof ProblemError && error.code === 'overloaded' ? 'refused' : 'failed';
}
