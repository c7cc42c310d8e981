/** The CPU-heavy endpoint, the same in every mode. */
import type { Task } from '@heavy-lifter/workloads';
import type { Request, RequestHandler, Response } from 'express';
import type { Config } from '../config.ts';
import { type Answer, IDEMPOTENCY_KEY, type JobDocument } from '../contract.ts';
import { CallerGone, ProblemError } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Metrics, TaskOutcome } from '../metrics.ts';
import type { Call, Mode } from '../mode.ts';
import { preferredWait, waitForJob } from './prefer.ts';
import { serverTiming } from './server-timing.ts';
import { taskReader } from './task.ts';

export function blocking(mode: Mode, config: Config, metrics: Metrics, lifecycle: Lifecycle): RequestHandler {
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
      if ('computed' in outcome) {
        const { timings } = outcome.computed;
        if (mode.kernelWork) metrics.computed(timings);
        response.setHeader('server-timing', serverTiming(timings, performance.now() - startedAt));
        response.json(toAnswer(config.MODE, task, outcome.computed));
      } else {
        await answerJob(request, response, outcome.job, task, call);
      }
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

  async function answerJob(request: Request, response: Response, job: JobDocument, task: Task, call: Call) {
    const waitS = preferredWait(request.headers.prefer);
    if (waitS === undefined || !mode.jobs) return accept(response, job);
    response.setHeader('preference-applied', `wait=${waitS}`);
    const latest = (await waitForJob(mode.jobs, job.id, waitS, call.signal)) ?? job;
    return latest.result ? response.json(toAnswer(config.MODE, task, latest.result)) : accept(response, latest);
  }
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

function accept(response: Response, job: JobDocument) {
  return response.status(202).location(job.links.self).json(job);
}

function toAnswer(mode: string, task: Task, computed: Omit<Answer, 'mode' | keyof Task>): Answer {
  return { mode, ...task, ...computed };
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
