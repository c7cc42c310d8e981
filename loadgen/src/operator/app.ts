/** What may be asked of the helper: how the services are, and a verb of a list for a service of a list. */
import { randomUUID } from 'node:crypto';
import { ProblemError } from '@heavy-lifter/gateway/errors';
import { notTooOften } from '@heavy-lifter/gateway/http/allowance';
import { allowOnly } from '@heavy-lifter/gateway/http/methods';
import { answerProblem } from '@heavy-lifter/gateway/http/observe';
import { logRefusals } from '@heavy-lifter/gateway/http/refusals';
import { jsonBody } from '@heavy-lifter/gateway/http/task';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { act, SERVICE_VERBS } from '../engine/act.ts';
import type { Engine } from '../engine/engine.ts';

const MAX_PER_S = 10;

/** `names`: the only services that it knows. It never listens: a server from outside does. */
export function createOperator(engine: Engine, names: readonly string[], logger: Logger): Express {
  const Order = z.strictObject({ verb: z.enum(SERVICE_VERBS), service: z.enum(names) });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestId);
  app
    .route('/services')
    .get(notTooOften(MAX_PER_S), async (_request, response) => void response.json(await engine.services(names)))
    .all(allowOnly('GET'));
  app
    .route('/act')
    .post(notTooOften(MAX_PER_S), jsonBody, async (request, response) => {
      const { data: order, error } = Order.safeParse(request.body);
      if (error) throw new ProblemError('invalid_command', z.prettifyError(error));
      logger.info(order, 'asked');
      await act(engine, order.verb, order.service);
      response.status(204).end();
    })
    .all(allowOnly('POST'));
  app.use(() => {
    throw new ProblemError('not_found', 'no such resource');
  });
  app.use(ofEngine, logRefusals(logger), hangUp, answerProblem);
  return app;
}

const requestId: RequestHandler = (_request, response, next) => {
  response.locals.requestId = randomUUID();
  next();
};

/** What is no problem yet is the engine's, which has a reason for people. */
const ofEngine: ErrorRequestHandler = (error, _request, _response, next) => {
  if (error instanceof ProblemError) return next(error);
  next(new ProblemError('upstream_down', error.json?.message ?? error.message, { cause: error }));
};

/** What is left of a body that nobody reads ends with its connection. */
const hangUp: ErrorRequestHandler = (error, _request, response, next) => {
  response.setHeader('connection', 'close');
  next(error);
};
