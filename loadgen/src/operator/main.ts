/**
 * The helper of `live`: does what that asks for, of a closed list, to services of this project. It is the one that has the
 * engine's socket, so that a page on a published port cannot reach it; it has no published port itself.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { jsonLogger } from '@heavy-lifter/gateway/logger';
import { endCheck, port, readBy } from '@heavy-lifter/gateway/settings';
import { z } from 'zod';
import { valid } from '../bench/config.ts';
import { DockerEngine } from '../engine/docker.ts';
import { createOperator } from './app.ts';

const OperatorConfig = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(4100),
  DOCKER_SOCKET: z.string().default('/var/run/docker.sock'),
  /** Whose containers are ours. */
  PROJECT: z.string({ error: 'must be the name of a compose project' }).min(1),
  /** The services that may be asked for. */
  SERVICES: z
    .string({ error: 'must be names of services' })
    .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/, { error: 'must be names of services' })
    .transform((list) => list.split(',')),
});

const REQUEST_LIMIT_MS = 5_000;
const MAX_CONNECTIONS = 32;

const read = readBy(OperatorConfig, process.env);
if (process.argv.includes('--check')) endCheck(read);
const { HOST, PORT, SERVICES, ...settings } = valid(read);

const app = createOperator(new DockerEngine(settings), SERVICES, jsonLogger('info', { service: 'operator' }));
const server = createServer({ requestTimeout: REQUEST_LIMIT_MS, connectionsCheckingInterval: REQUEST_LIMIT_MS }, app);
server.maxConnections = MAX_CONNECTIONS;
server.on('error', (error) => {
  // It has the cause and the address.
  console.error(error.message);
  process.exit(1);
});
server.listen(PORT, HOST);
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
process.exit();
