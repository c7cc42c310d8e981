import { once } from 'node:events';
import { type Request, type Response, Router } from 'express';
import { ProblemError } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Jobs } from '../mode.ts';
import type { Streams } from './streams.ts';

export const noSuchJob = () => new ProblemError('not_found', 'no such job');

/** `/jobs/:id` and its event stream. Where the mode has no jobs, no id is known. */
export function jobRoutes(jobs: Jobs | undefined, streams: Streams, lifecycle: Lifecycle): Router {
  const router = Router();

  router.get('/jobs/:id', async (request, response) => {
    const document = await jobs?.get(request.params.id);
    if (!document) throw noSuchJob();
    response.setHeader('cache-control', 'no-store');
    response.json(document);
  });

  router.get('/jobs/:id/events', async (request: Request<{ id: string }>, response) => {
    const { id } = request.params;
    if (!jobs || !(await jobs.get(id))) throw noSuchJob();
    const leave = streams.enter();
    try {
      await stream(jobs, id, response, streams, lifecycle);
    } finally {
      leave();
    }
  });

  return router;
}

/** Server-sent events (WHATWG HTML, section 9.2): an event `job` for each document, then the end. */
async function stream(
  jobs: Jobs,
  id: string,
  response: Response,
  streams: Streams,
  lifecycle: Lifecycle,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, lifecycle.closing]);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  // Comments keep proxies from closing a silent stream, too.
  const rest = streams.keepAlive(
    (taken) => response.write(':\n\n', taken),
    () => response.destroy(),
  );
  try {
    for await (const { json } of jobs.watch(id, signal)) {
      const written = response.write(`event: job\ndata: ${json}\n\n`);
      // A slow reader holds nothing up and piles nothing up: it gets the latest document once it has read this one.
      if (!written) await once(response, 'drain', { signal }).catch(() => undefined);
    }
  } finally {
    rest();
    response.end();
  }
}
