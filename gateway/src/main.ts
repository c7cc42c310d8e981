import { once } from 'node:events';
import { readConfig } from './config.ts';
import { startGateway } from './gateway.ts';
import { isHealthy } from './health.ts';
import { createLogger } from './logger.ts';
import { keepServing } from './mishaps.ts';

const read = readConfig(process.env);
if ('problems' in read) {
  console.error(`invalid settings:\n  ${read.problems.join('\n  ')}`);
  process.exit(1);
}
const { config } = read;
if (process.argv.includes('--healthcheck')) process.exit((await isHealthy(config)) ? 0 : 1);

const logger = createLogger(config);
const mishap = keepServing(logger);
const gateway = await startGateway(config, logger);
await gateway.run(Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), mishap]));
process.exit();
