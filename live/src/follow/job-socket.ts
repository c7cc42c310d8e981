/** A job watched by the gateway's WebSocket, across whatever dies meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, JobDocument } from '@heavy-lifter/gateway/contract';
import { WebSocket } from 'ws';

const RETRY_MS = 250;
const NOT_FOUND = 404;
/** Without a sign of life for so long (the gateway's own come every 15 s) a connection is a dead one. */
const HANDSHAKE_LIMIT_MS = 5_000;

type Heard = (document: JobDocument) => void;

/** Resolves to whether it came to the job's end; not so where the gateway does not know it, or on `signal`. */
export async function watchJob(url: string, id: string, signal: AbortSignal, heard: Heard): Promise<boolean> {
  for (;;) {
    const ended = await watchOnce(url, id, signal, heard);
    if (ended !== undefined || signal.aborted) return ended ?? false;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Resolves to nothing when the connection was lost before the job's end. */
function watchOnce(url: string, id: string, signal: AbortSignal, heard: Heard): Promise<boolean | undefined> {
  const address = `${url.replace(/^http/, 'ws')}/jobs/${encodeURIComponent(id)}/ws`;
  const socket = new WebSocket(address, { handshakeTimeout: HANDSHAKE_LIMIT_MS });
  const leave = () => socket.terminate();
  signal.addEventListener('abort', leave, { once: true });
  return new Promise<boolean | undefined>((resolve) => {
    let ended: boolean | undefined;
    socket.on('message', (text) => {
      const { data } = JobDocument.safeParse(JSON.parse(String(text)));
      if (!data) return;
      if (isFinal(data.state)) ended = true;
      heard(data);
    });
    socket.on('unexpected-response', (_request, { statusCode }) => {
      if (statusCode === NOT_FOUND) ended = false;
      socket.terminate();
    });
    // An error is followed by the close.
    socket.on('error', () => {});
    socket.on('close', () => resolve(ended));
  }).finally(() => signal.removeEventListener('abort', leave));
}
