/** The open pages: one event stream each (WHATWG HTML, section 9.2), what is told to all is written once. */
import { randomUUID } from 'node:crypto';
import { ProblemError } from '@heavy-lifter/gateway/errors';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { EVENTS } from '../contract.ts';

type Events = { [name in keyof typeof EVENTS]: z.infer<(typeof EVENTS)[name]> };

const MAX_PAGES = 200;
/** Written and not yet taken; who has so much before it does not read. It connects again and sees what is then. */
const MAX_UNREAD_BYTES = 512 * 1024;
const NAME = /^[A-Za-z0-9-]{1,64}$/;
const EVENT_STREAM = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** The page whose request this is, as it says. */
export function pageOf(request: Request): string | null {
  const name = request.get('x-page');
  return name !== undefined && NAME.test(name) ? name : null;
}

export class Pages {
  readonly #open = new Map<Response, string>();
  readonly #changed: (watchers: number) => void;

  /** `changed` hears of each page that comes or goes. */
  constructor(changed: (watchers: number) => void) {
    this.#changed = changed;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Opens a stream, which keeps the name that its page had before. */
  enter(request: Request, response: Response, hello: (you: string) => Events['hello']): void {
    if (this.#open.size >= MAX_PAGES)
      throw new ProblemError('overloaded', `${MAX_PAGES} pages are open`, { limit: 'MAX_PAGES' });
    const you = pageOf(request) ?? randomUUID().slice(0, 8);
    this.#open.set(response, you);
    response.once('close', () => {
      this.#open.delete(response);
      this.#changed(this.#open.size);
    });
    response.writeHead(200, EVENT_STREAM);
    response.write(frame('hello', hello(you)));
    this.#changed(this.#open.size);
  }

  /** To all, or to those of a name. */
  tell<N extends keyof Events>(name: N, data: Events[N], page: string | null = null): void {
    if (this.#open.size === 0) return;
    const bytes = frame(name, data);
    for (const [response, you] of this.#open) {
      if (page !== null && page !== you) continue;
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
      else response.write(bytes);
    }
  }

  close(): void {
    for (const response of this.#open.keys()) response.end();
  }
}

function frame<N extends keyof Events>(name: N, data: Events[N]): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
