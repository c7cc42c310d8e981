/**
 * The twin of rust-microservice in Node: the threads of `pool` behind `POST /compute`, with its ports and its bounds. What
 * moving the work out costs is seen with it, what rewriting the work gains is the difference to the other.
 */
import { readConfig } from './config.ts';
import { runProgram } from './program.ts';

const PORTS = { PORT: '4000', ADMIN_PORT: '9465' };

await runProgram(readConfig({ ...PORTS, ...process.env, MODE: 'microservice' }), async () => {
  const { createComputeApp } = await import('./app.ts');
  const { createMode } = await import('./mode.ts');
  return { service: 'node-service', app: createComputeApp, load: (_name, context) => createMode('pool', context) };
});
