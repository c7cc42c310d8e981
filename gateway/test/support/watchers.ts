/** Many who watch jobs at once, half of them by server-sent events and half by WebSocket. */
import { Agent, get } from 'node:http';
import { WebSocket } from 'ws';
import { isFinal, JobDocument } from '../../src/contract.ts';

/** Streams that are being opened at one time. */
const OPENING = 100;

export interface Watching {
  /** The last document that it was told before its stream ended, and when that came (epoch, ms). */
  readonly ended: Promise<{ last: JobDocument | undefined; at: number }>;
}

/** Opens `count` streams of `jobs` in turn; resolves when each has been told how its job is. */
export async function watchAll(url: string, jobs: readonly JobDocument[], count: number): Promise<Watching[]> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const watching: Watching[] = [];
  let next = 0;
  async function openInTurn() {
    while (next < count) {
      const n = next++;
      const { links } = jobs[n % jobs.length] as JobDocument;
      // By pairs, so that every job is watched in both ways.
      const viaEvents = Math.floor(n / jobs.length) % 2 === 0;
      watching.push(await (viaEvents ? viaEventStream(url + links.events, agent) : viaSocket(url + links.ws)));
    }
  }
  await Promise.all(Array.from({ length: OPENING }, openInTurn));
  return watching;
}

/** What one stream was told. */
class Told {
  readonly first = Promise.withResolvers<void>();
  readonly ended = Promise.withResolvers<{ last: JobDocument | undefined; at: number }>();
  /** What its connection says of its end. */
  why = 'closed';
  #last = '';
  #at = 0;

  hear(document: string): void {
    this.#last = document;
    this.#at = Date.now();
    this.first.resolve();
  }

  end(): void {
    const last = this.#last ? JobDocument.parse(JSON.parse(this.#last)) : undefined;
    this.ended.resolve({ last: last && isFinal(last.state) ? last : undefined, at: this.#at });
    this.first.reject(new Error(`a stream ended before it told anything: ${this.why}`));
  }
}

/** Not by fetch, which cancels the body of a response that has been collected as garbage. */
async function viaEventStream(url: string, agent: Agent): Promise<Watching> {
  const told = new Told();
  const request = get(url, { agent }, (response) => {
    if (response.statusCode !== 200) told.why = `status ${response.statusCode}`;
    let text = '';
    response.setEncoding('utf8').on('data', (part: string) => {
      const events = (text + part).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const [, document] = event.split('event: job\ndata: ');
        if (document) told.hear(document);
      }
    });
  });
  request.on('error', (error) => {
    told.why = error.message;
  });
  request.once('close', () => told.end());
  await told.first.promise;
  return { ended: told.ended.promise };
}

async function viaSocket(url: string): Promise<Watching> {
  const told = new Told();
  const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false });
  socket.on('message', (text) => told.hear(String(text)));
  socket.on('error', (error) => {
    told.why = error.message;
  });
  socket.once('close', () => told.end());
  await told.first.promise;
  return { ended: told.ended.promise };
}
