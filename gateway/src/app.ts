/** The applications of a gateway, and that of `node-service`. They never listen: `serve` does, on listeners from outside. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { ProblemError } from './errors.ts';
import { blocking } from './http/blocking.ts';
import { compute } from './http/compute.ts';
import { adminRoutes, contents, publicRoutes } from './http/contents.ts';
import { ownPagesOnly, refuseCrossSite } from './http/foreign.ts';
import { oneHost } from './http/host.ts';
import { jobSocket } from './http/job-socket.ts';
import { jobRoutes } from './http/jobs.ts';
import { allowOnly } from './http/methods.ts';
import { answerProblem, observe } from './http/observe.ts';
import { retryAfter } from './http/retry-after.ts';
import type { Streams } from './http/streams.ts';
import { jsonBody } from './http/task.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Metrics } from './metrics.ts';
import type { Mode } from './mode.ts';

export interface Parts {
  /** Whose application it is, for people. */
  readonly service: string;
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
  app.use(observe(metrics, logger, lifecycle), oneHost, refuseCrossSite);
  app.get('/', contents('Heavy Lifter gateway', config.MODE, publicRoutes(mode))).all('/', allowOnly('GET'));
  const task = blocking({ config, mode, metrics, lifecycle });
  // Where nobody reads the result, nobody may ask for the work.
  app.route('/blocking').head(allowOnly('GET, POST')).get(task).post(jsonBody, task).all(allowOnly('GET, POST'));
  app
    .route('/non-blocking')
    .get((_request, response) => void response.json({ ok: true }))
    .all(allowOnly('GET'));
  app.use(jobRoutes(mode.jobs, streams, lifecycle));
  app.get('/jobs/:id/ws', jobSocket(mode.jobs, streams, lifecycle, logger));
  app.use(health(mode, lifecycle));
  app.use(notFound, answerProblem);
  return app;
}

/** What the gateway of mode `microservice` sees of `node-service`: the one route that rust-microservice has, too. */
export function createComputeApp({ config, mode, metrics, logger, lifecycle }: Parts): Express {
  const app = bare();
  app.use(observe(metrics, logger, lifecycle), oneHost, refuseCrossSite);
  app.route('/compute').post(jsonBody, compute({ config, mode, metrics, lifecycle })).all(allowOnly('POST'));
  app.use(notFound, answerProblem);
  return app;
}

/** What operators see; its port is never published. */
export function createAdminApp({ service, config, mode, metrics, logger, lifecycle }: Parts): Express {
  const app = bare();
  app.use(
    (_request, response, next) => {
      response.locals.requestId = 'admin';
      next();
    },
    oneHost,
    refuseCrossSite,
  );
  app
    .get('/', contents(`Heavy Lifter ${service}, admin port`, config.MODE, adminRoutes(mode)))
    .all('/', allowOnly('GET'));
  app.get('/metrics', async (request, response) => {
    const names = [request.query['name[]'] ?? []].flat().map(String);
    // Whoever names the format prefers it: Prometheus does, people's tools do not.
    const open = names.length === 0 && request.headers.accept?.includes('application/openmetrics-text');
    const { type, text } = open ? await metrics.openMetrics() : await metrics.plain(names);
    response.type(type).send(text);
  });
  app.all('/metrics', allowOnly('GET'));
  app.use(health(mode, lifecycle));
  if (mode.adminPages) app.use(mode.adminPages.path, ownPagesOnly, mode.adminPages.handler);
  app.use(notFound, logErrors(logger), answerProblem);
  return app;
}

function bare(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  // Every answer is of one caller or of one moment: nobody may keep it, and no condition makes it a 304.
  Object.defineProperty(app.request, 'fresh', { value: false });
  app.use((_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    next();
  });
  return app;
}

function health(mode: Mode, lifecycle: Lifecycle): express.Router {
  const router = express.Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'up' }));
  router.get('/readyz', async (_request, response) => {
    const missing = lifecycle.draining ? 'shutting down' : await mode.notReady();
    if (missing) {
      response.setHeader('retry-after', retryAfter());
      response.status(503).json({ status: 'not ready', detail: missing });
      return;
    }
    // Whoever is merely full stays in service: cut off, it could not even tell its callers when to come back.
    const full = mode.full?.();
    response.json({ status: 'ready', ...(full ? { full } : {}) });
  });
  router.all(['/healthz', '/readyz'], allowOnly('GET'));
  return router;
}

/** Express knows a handler of errors by its four parameters, used or not. */
function logErrors(logger: Logger): ErrorRequestHandler {
  return (error, _request, _response, next) => {
    logger.debug({ err: error }, 'admin');
    next(error);
  };
}

const notFound: RequestHandler = () => {
  throw new ProblemError('not_found', 'no such resource');
};
