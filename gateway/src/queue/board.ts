/** Bull Board. It can delete, so it belongs to the admin port; it needs a queue, so it is built at the first visit. */
import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import type { RequestHandler } from 'express';
import { BatchingAdapter } from './board-adapter.ts';
import type { QueueConnection } from './connection.ts';

const PATH = '/admin/queues';

export function board(connection: QueueConnection): { path: string; handler: RequestHandler } {
  let router: RequestHandler | undefined;
  return {
    path: PATH,
    handler: (request, response, next) => {
      router ??= build(connection);
      return router(request, response, next);
    },
  };
}

function build(connection: QueueConnection): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(PATH);
  createBullBoard({ queues: [new BatchingAdapter(connection.queue)], serverAdapter });
  return serverAdapter.getRouter() as RequestHandler;
}
