/** The CPU-heavy endpoint, the same in every mode. */
import type { Task } from '@heavy-lifter/workloads';
import type { RequestHandler, Response } from 'express';
import type { Answer, JobDocument } from '../contract.ts';
import { preferredWait, waitForJob } from './prefer.ts';
import { serverTiming } from './server-timing.ts';
import { type Served, type TaskParts, taskRoute } from './task-route.ts';

export function blocking(parts: TaskParts): RequestHandler {
  const { config, mode } = parts;

  return taskRoute(parts, async (served) => {
    const { response, task, outcome, ms } = served;
    if ('job' in outcome) return answerJob(served, outcome.job);
    response.setHeader('server-timing', serverTiming(outcome.computed.timings, ms));
    response.json(toAnswer(config.MODE, task, outcome.computed));
  });

  async function answerJob({ request, response, task, call }: Served, job: JobDocument): Promise<void> {
    const waitS = preferredWait(request.headers.prefer);
    if (waitS === undefined || !mode.jobs) return accept(response, job);
    response.setHeader('preference-applied', `wait=${waitS}`);
    const latest = (await waitForJob(mode.jobs, job.id, waitS, call.signal)) ?? job;
    if (!latest.result) return accept(response, latest);
    response.json(toAnswer(config.MODE, task, latest.result));
  }
}

function accept(response: Response, job: JobDocument): void {
  response.status(202).location(job.links.self).json(job);
}

function toAnswer(mode: string, task: Task, computed: Omit<Answer, 'mode' | keyof Task>): Answer {
  return { mode, ...task, ...computed };
}
