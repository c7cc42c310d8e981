/** Bare connections, for what no client would send. */
import { connect, type Socket } from 'node:net';

export interface Raw {
  readonly socket: Socket;
  /** What has come back. */
  text: string;
  /** The statuses of the answers in it. */
  readonly statuses: number[];
}

/** Connects to a gateway and sends this. */
export function sendRaw(url: string, text: string): Raw {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  const raw = {
    socket,
    text: '',
    get statuses() {
      return [...raw.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    },
  };
  socket.on('data', (part) => {
    raw.text += part;
  });
  socket.on('error', () => {});
  socket.write(text);
  return raw;
}

/** A request without a body. */
export const request = (line: string, ...headers: string[]) =>
  `${line} HTTP/1.1\r\nhost: x\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;

export const WEBSOCKET = [
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
];
