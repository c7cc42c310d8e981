/** Streams whose readers do not read. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { waitFor } from '../../gateway/test/support/wait.ts';
import type { Hello } from '../src/contract.ts';
import { Pages } from '../src/http/pages.ts';

const MEGABYTE = 'x'.repeat(2 ** 20);

it('who does not read is dropped, not buffered for without bound; who reads goes on', async () => {
  const counts: number[] = [];
  const pages = new Pages((watchers) => counts.push(watchers));
  const app = express();
  app.get('/events', (request, response) => pages.enter(request, response, (you) => ({ you }) as Hello));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const ask = 'GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const sleeper = connect(port, '127.0.0.1');
  sleeper.on('error', () => {});
  sleeper.write(ask);
  sleeper.pause();
  const reader = connect(port, '127.0.0.1');
  let read = 0;
  reader.on('data', ({ length }) => {
    read += length;
  });
  reader.write(ask);
  await waitFor('both are there', () => pages.count === 2);

  let told = 0;
  // More than any kernel keeps for a connection.
  await waitFor('one is dropped', async () => {
    const before = read;
    pages.tell('said', { at: 0, says: MEGABYTE, problem: false });
    told++;
    expect(told).toBeLessThan(100);
    await waitFor('the other has read it', () => read >= before + MEGABYTE.length);
    return pages.count === 1;
  });
  expect(counts).toEqual([1, 2, 1]);
  expect(read).toBeGreaterThanOrEqual(told * MEGABYTE.length);
  reader.destroy();
  await waitFor('nobody is there', () => pages.count === 0);
  sleeper.destroy();
  server.close();
});
