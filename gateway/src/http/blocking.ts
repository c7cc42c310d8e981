/** The CPU-heavy endpoint, the same in every mode. */
import type { Request, RequestHandler, Response } from 'express';
import type { Config } from '../config.ts';
import type { Answer, JobDocument, Task } from '../contract.ts';
import { CallerGone, ProblemError } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Metrics, TaskOutcome } from '../metrics.ts';
import type { Mode } from '../mode.ts';
import { preferredWait, waitForJob } from './prefer.ts';
import { taskReader } from './task.ts';

export function blocking(mode: Mode, config: Config, metrics: Metrics, lifecycle: Lifecycle): RequestHandler {
  const readTask = taskReader(mode.maxOps);

  return async (request, response) => {
    const task = readTask(request);
    const idempotencyKey = readKey(request);
    const call = startCall(response, config.REQUEST_TIMEOUT_MS, lifecycle);
    metrics.taskStarted();
    try {
      const outcome = await mode.run(task, {
        signal: call.signal,
        requestId: response.locals.requestId,
        idempotencyKey,
      });
      if ('computed' in outcome) {
        if (mode.computesHere) metrics.computed(outcome.computed.timings);
        response.json(toAnswer(config.MODE, task, outcome.computed));
      } else {
        await answerJob(request, response, outcome.job, task, call.signal);
      }
      metrics.taskEnded('ok');
    } catch (error) {
      metrics.taskEnded(outcomeOf(error));
      if (!(error instanceof CallerGone)) throw error;
    } finally {
      call.end();
    }
  };

  async function answerJob(request: Request, response: Response, job: JobDocument, task: Task, signal: AbortSignal) {
    const waitS = preferredWait(request.headers.prefer);
    if (waitS === undefined || !mode.jobs) return accept(response, job);
    response.setHeader('preference-applied', `wait=${waitS}`);
    const latest = (await waitForJob(mode.jobs, job.id, waitS, signal)) ?? job;
    return latest.result ? response.json(toAnswer(config.MODE, task, latest.result)) : accept(response, latest);
  }
}

function accept(response: Response, job: JobDocument) {
  return response.status(202).location(job.links.self).json(job);
}

function toAnswer(mode: string, task: Task, computed: Omit<Answer, 'mode' | keyof Task>): Answer {
  return { mode, ...task, ...computed };
}

const KEY = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

function readKey(request: Request): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && KEY.test(key))) return key;
  const detail = 'must be 1 to 255 printable ASCII characters';
  throw new ProblemError('invalid_task', `Idempotency-Key ${detail}`, {
    errors: [{ field: 'Idempotency-Key', detail }],
  });
}

/** A signal that aborts, with what to throw as its reason, when the caller leaves, time is up or the process must go. */
function startCall(response: Response, timeoutMs: number, lifecycle: Lifecycle) {
  const controller = new AbortController();
  const gone = () => controller.abort(new CallerGone());
  const leave = () => controller.abort(lifecycle.leaving.reason);
  const late = setTimeout(() => {
    const detail = `no result within ${timeoutMs} ms`;
    controller.abort(new ProblemError('upstream_late', detail, { limit: 'REQUEST_TIMEOUT_MS' }));
  }, timeoutMs);
  response.once('close', gone);
  lifecycle.leaving.addEventListener('abort', leave);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(late);
      response.off('close', gone);
      lifecycle.leaving.removeEventListener('abort', leave);
    },
  };
}

function outcomeOf(error: unknown): TaskOutcome {
  if (error instanceof CallerGone) return 'cancelled';
  return error instanceof ProblemError && error.code === 'overloaded' ? 'refused' : 'failed';
}
