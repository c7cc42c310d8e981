/** The two applications of a gateway. They never listen: `serve` does, on listeners from outside. */
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { ProblemError } from './errors.ts';
import { blocking } from './http/blocking.ts';
import { jobRoutes } from './http/jobs.ts';
import { answerProblem, observe } from './http/observe.ts';
import type { Streams } from './http/streams.ts';
import { jsonBody } from './http/task.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Metrics } from './metrics.ts';
import type { Mode } from './mode.ts';

export interface Parts {
  readonly config: Config;
  readonly mode: Mode;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
  readonly streams: Streams;
}

/** What callers see. */
export function createApp({ config, mode, metrics, logger, lifecycle, streams }: Parts): Express {
  const app = bare();
  app.use(observe(metrics, logger, lifecycle));
  const task = blocking(mode, config, metrics, lifecycle);
  app.route('/blocking').get(task).post(jsonBody, task).all(allowOnly('GET, POST'));
  app
    .route('/non-blocking')
    .get((_request, response) => void response.json({ ok: true }))
    .all(allowOnly('GET'));
  app.use(jobRoutes(mode.jobs, streams, lifecycle));
  app.use(health(mode, lifecycle));
  app.use(notFound, answerProblem);
  return app;
}

/** What operators see; its port is never published. */
export function createAdminApp({ mode, metrics, logger, lifecycle }: Parts): Express {
  const app = bare();
  app.use((_request, response, next) => {
    response.locals.requestId = 'admin';
    next();
  });
  app.get('/metrics', async (request, response) => {
    const names = [request.query['name[]'] ?? []].flat().map(String);
    // Whoever names the format prefers it: Prometheus does, people's tools do not.
    const open = names.length === 0 && request.headers.accept?.includes('application/openmetrics-text');
    const { type, text } = open ? await metrics.openMetrics() : await metrics.plain(names);
    response.type(type).send(text);
  });
  app.use(health(mode, lifecycle));
  if (mode.adminPages) app.use(mode.adminPages.path, mode.adminPages.handler);
  app.use(notFound, (error: unknown, ...rest: [express.Request, express.Response, express.NextFunction]) => {
    logger.debug({ err: error }, 'admin');
    answerProblem(error, ...rest);
  });
  return app;
}

function bare(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  return app;
}

function health(mode: Mode, lifecycle: Lifecycle): express.Router {
  const router = express.Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'up' }));
  router.get('/readyz', async (_request, response) => {
    const missing = lifecycle.draining ? 'shutting down' : await mode.notReady();
    response.status(missing ? 503 : 200).json(missing ? { status: 'not ready', detail: missing } : { status: 'ready' });
  });
  return router;
}

function allowOnly(methods: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('allow', methods);
    throw new ProblemError('method_not_allowed', `this resource takes ${methods}`);
  };
}

const notFound: RequestHandler = () => {
  throw new ProblemError('not_found', 'no such resource');
};
