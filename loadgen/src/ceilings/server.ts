/**
 * The bare things that the modes are made of, on the cores of the services: what answering costs without a gateway. A
 * program of its own, as the gateway must not carry what it is held against. One port, so that the stack has one more
 * service and not four: the path says what is asked for, and a comparison of strings costs nothing that is measured.
 */
import { createServer } from 'node:http';
import { caProblems, redisCaFile, redisUrl, withCa } from '@heavy-lifter/gateway/redis-address';
import { endCheck, port, readBy } from '@heavy-lifter/gateway/settings';
import { Worker } from 'bullmq';
import express from 'express';
import { z } from 'zod';
import { valid } from '../bench/config.ts';
import { CONCURRENCY } from './figures.ts';
import { add, DONE, openQueue, QUEUES } from './jobs.ts';

const ServerConfig = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(3000),
  REDIS_URL: redisUrl,
  REDIS_CA_FILE: redisCaFile.optional(),
});

/** As the gateway's /non-blocking. */
const OK = { ok: true };
const OK_TEXT = JSON.stringify(OK);
const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'content-length': OK_TEXT.length };

const read = readBy(ServerConfig, process.env, caProblems);
if (process.argv.includes('--check')) endCheck(read);
const { HOST, PORT, REDIS_URL, REDIS_CA_FILE } = valid(read);
const connection = { ...withCa(REDIS_URL, REDIS_CA_FILE), maxRetriesPerRequest: null };

const accepted = openQueue(QUEUES.accepted, connection);
const worker = new Worker(QUEUES.nodeWorker, async () => DONE, { connection, concurrency: CONCURRENCY });
worker.on('error', (error) => console.error(String(error)));

const app = express();
// As the gateway has it.
app.disable('x-powered-by');
app.disable('etag');
app.get('/express', (_request, response) => void response.json(OK));
app.get('/add', async (_request, response) => void response.status(202).json({ id: (await add(accepted)).id }));
app.get('/readyz', async (_request, response) => {
  await Promise.all([accepted.waitUntilReady(), worker.waitUntilReady()]);
  response.json({ status: 'ready' });
});

const server = createServer((request, response) => {
  if (request.url === '/http') response.writeHead(200, HEADERS).end(OK_TEXT);
  else app(request, response);
});
// What comes after the upgrade is plain TCP: it goes back as it came.
server.on('upgrade', (_request, socket) => {
  socket.on('error', () => socket.destroy());
  socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n');
  socket.pipe(socket);
});
server.on('error', (error) => {
  // It has the cause and the address.
  console.error(error.message);
  process.exit(1);
});
server.listen(PORT, HOST);
