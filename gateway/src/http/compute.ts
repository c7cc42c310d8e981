/** `POST /compute` of `node-service`: what comes of a task, without a word of who asked for it. */
import type { RequestHandler } from 'express';
import { type TaskParts, taskRoute } from './task-route.ts';

/** The mode is one that answers at once. */
export function compute(parts: TaskParts): RequestHandler {
  return taskRoute(parts, ({ response, outcome }) => {
    if ('job' in outcome) throw new Error('a service that computes makes no jobs');
    response.json(outcome.computed);
  });
}
