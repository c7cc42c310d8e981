import { request } from 'node:http';

export interface Sent {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** One request on a connection of its own, with whatever headers: fetch sets Host and Origin by itself. */
export function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: string | Buffer,
): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false });
    let answered = false;
    // Whoever sends more than is wanted is answered before it has been read.
    sent.on('error', (error) => answered || reject(error));
    sent.on('response', (response) => {
      answered = true;
      let text = '';
      const done = () => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'], text });
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('close', done);
    });
    sent.end(body);
  });
}
