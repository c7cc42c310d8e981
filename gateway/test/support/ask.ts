import { request } from 'node:http';

export interface Answered {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** One request on a connection of its own. Not by fetch, which knows fewer methods and keeps some headers to itself. */
export function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answered> {
  // The path as it is written: a URL would tidy it up.
  const { origin } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(origin, { path: url.slice(origin.length), method, headers, agent: false });
    asked.on('error', reject);
    asked.on('upgrade', ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers, text: '' });
    });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asked.end();
  });
}
