/** The server's application: the page, its stream, and commands. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ProblemError } from '@heavy-lifter/gateway/errors';
import { notTooOften } from '@heavy-lifter/gateway/http/allowance';
import { ownPagesOnly } from '@heavy-lifter/gateway/http/foreign';
import { oneHost } from '@heavy-lifter/gateway/http/host';
import { answerProblem } from '@heavy-lifter/gateway/http/observe';
import { logRefusals } from '@heavy-lifter/gateway/http/refusals';
import { jsonBody } from '@heavy-lifter/gateway/http/task';
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Command, Hello } from '../contract.ts';
import { readCommand } from './commands.ts';
import { tokenOnly } from './guard.ts';
import { type Pages, pageOf } from './pages.ts';

export interface Parts {
  readonly token: string;
  readonly pages: Pages;
  readonly logger: Logger;
  readonly hello: (you: string) => Hello;
  readonly hasLane: (lane: string) => boolean;
  readonly hasService: (service: string) => boolean;
  /** Does what a page, or a program without one (null), wants. */
  readonly obey: (command: Command, page: string | null) => void;
}

/** The page's own files, and nothing of others'; a frame around it could have its buttons pressed. */
const CONTENT_SECURITY_POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
const COMMANDS_PER_S = 10;

const pageFolder = fileURLToPath(new URL('../../dist/page', import.meta.url));

export function createApp({ token, pages, logger, hello, hasLane, hasService, obey }: Parts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(common);
  app.get('/healthz', (_request, response) => void response.json({ status: 'up' }));
  app.use(oneHost, ownPagesOnly);
  app.get('/events', tokenOnly(token), (request, response) => pages.enter(request, response, hello));
  app.post('/commands', tokenOnly(token), notTooOften(COMMANDS_PER_S), jsonBody, (request, response) => {
    const command = readCommand(request.body, hasLane, hasService);
    obey(command, pageOf(request));
    response.status(202).json({ taken: command.do });
  });
  app.all(['/events', '/commands'], () => {
    throw new ProblemError('method_not_allowed', 'GET /events and POST /commands');
  });
  app.use(express.static(pageFolder, { etag: false, lastModified: false, cacheControl: false, redirect: false }));
  app.use(notFound, logRefusals(logger), answerProblem);
  return app;
}

const common: RequestHandler = (_request, response, next) => {
  response.locals.requestId = randomUUID();
  response.setHeader('x-request-id', response.locals.requestId);
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  next();
};

const notFound: RequestHandler = () => {
  throw new ProblemError('not_found', 'no such resource');
};
