import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { asProblem, CallerGone } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Metrics } from '../metrics.ts';
import { retryAfter } from './retry-after.ts';

const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's request id where it is a sane one, else a fresh one. */
export function requestIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();
}

/** First in line: gives the request its id, and at its end a log line and an observation. */
export function observe(metrics: Metrics, logger: Logger, lifecycle: Lifecycle): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const requestId = requestIdOf(request.headers['x-request-id']);
    response.locals.requestId = requestId;
    response.setHeader('x-request-id', requestId);
    lifecycle.follow(response);
    response.once('close', () => {
      const ms = performance.now() - startedAt;
      const answered = response.writableFinished || response.statusCode === SWITCHING_PROTOCOLS;
      const status = answered ? response.statusCode : CLIENT_CLOSED_REQUEST;
      const route = request.route?.path ?? 'unmatched';
      metrics.request(request.method, route, status, ms / 1000, requestId);
      // A line for each success would cost throughput at some thousand requests a second.
      const level = status >= 500 && status !== 503 ? 'error' : status < 300 ? 'debug' : 'info';
      if (logger.isLevelEnabled(level)) {
        logger[level]({ requestId, method: request.method, route, status, ms, err: response.locals.cause }, 'request');
      }
    });
    next();
  };
}

/** Of a WebSocket, whose response never ends: what follows is not HTTP's. */
export const SWITCHING_PROTOCOLS = 101;
/** nginx's number for a caller that went away before its answer: only seen in logs and metrics. */
const CLIENT_CLOSED_REQUEST = 499;

/** Last in line: every failure becomes a problem document; what is internal goes to the log only. */
export function answerProblem(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  if (error instanceof CallerGone) return;
  const problem = asProblem(error);
  response.locals.cause = problem.cause;
  if (response.headersSent) {
    response.req.socket.destroy();
    return;
  }
  if (problem.status === 503) response.setHeader('retry-after', retryAfter(problem.retryAfterS));
  response
    .status(problem.status)
    .type('application/problem+json')
    .send(JSON.stringify(problem.toProblem(response.locals.requestId)));
}
