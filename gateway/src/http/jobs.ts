import { once } from 'node:events';
import { type Request, type Response, Router } from 'express';
import { isFinal } from '../contract.ts';
import { ProblemError } from '../errors.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Jobs } from '../mode.ts';
import { untilGone } from './gone.ts';
import { allowOnly } from './methods.ts';
import type { Streams } from './streams.ts';

/** Of the event after which there are no more; browsers send it back when they connect again. */
const FINAL_EVENT_ID = 'final';

/** By the last one nginx, and who follows its example, passes on each event as it comes. */
const EVENT_STREAM = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

export const noSuchJob = () => new ProblemError('not_found', 'no such job');

/** `/jobs/:id` and its event stream. Where the mode has no jobs, no id is known. */
export function jobRoutes(jobs: Jobs | undefined, streams: Streams, lifecycle: Lifecycle): Router {
  const router = Router();

  const answer =
    (ask: 'get' | 'cancel') =>
    async ({ params }: Request<{ id: string }>, response: Response) => {
      const document = await jobs?.[ask](params.id);
      if (!document) throw noSuchJob();
      response.json(document);
    };
  router.route('/jobs/:id').get(answer('get')).delete(answer('cancel')).all(allowOnly('GET, DELETE'));

  router.get('/jobs/:id/events', async (request: Request<{ id: string }>, response) => {
    const gone = untilGone(response);
    const { id } = request.params;
    // An EventSource connects again after every end, a whole one included, until it is told this (WHATWG HTML, section 9.2.3).
    if (jobs && request.headers['last-event-id'] === FINAL_EVENT_ID) return void response.status(204).end();
    if (!jobs || !(await jobs.get(id))) throw noSuchJob();
    if (request.method === 'HEAD') return void response.writeHead(200, EVENT_STREAM).end();
    streams.enter(gone);
    await stream(jobs, id, response, gone, streams, lifecycle);
  });
  router.all('/jobs/:id/events', allowOnly('GET'));

  return router;
}

/** Server-sent events (WHATWG HTML, section 9.2): an event `job` for each document, then the end. */
async function stream(
  jobs: Jobs,
  id: string,
  response: Response,
  gone: AbortSignal,
  streams: Streams,
  lifecycle: Lifecycle,
): Promise<void> {
  const signal = AbortSignal.any([gone, lifecycle.closing]);
  response.writeHead(200, EVENT_STREAM);
  // Comments keep proxies from closing a silent stream, too. Behind another answer of its connection none can be taken.
  const rest = streams.keepAlive(
    (taken) => (response.socket ? response.write(':\n\n', taken) : taken()),
    () => response.req.socket.destroy(),
  );
  try {
    for await (const { document, json } of jobs.watch(id, signal)) {
      const eventId = isFinal(document.state) ? `id: ${FINAL_EVENT_ID}\n` : '';
      const written = response.write(`${eventId}event: job\ndata: ${json}\n\n`);
      // A slow reader holds nothing up and piles nothing up: it gets the latest document once it has read this one.
      if (!written) await once(response, 'drain', { signal }).catch(() => undefined);
    }
  } finally {
    rest();
    response.end();
    streams.leave(gone);
  }
}
