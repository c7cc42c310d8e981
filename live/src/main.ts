import { once } from 'node:events';
import { isHealthy } from '@heavy-lifter/gateway/health';

if (process.argv.includes('--healthcheck')) process.exit((await isHealthy(Number(process.env.PORT || 3100))) ? 0 : 1);

// Loaded only now: a health check comes every few seconds and must not cost what a start does.
const { endCheck } = await import('@heavy-lifter/gateway/settings');
const { readConfig } = await import('./config.ts');
const read = readConfig(process.env);
if (process.argv.includes('--check')) endCheck(read);
if ('problems' in read) {
  console.error(`invalid settings:\n  ${read.problems.join('\n  ')}`);
  process.exit(1);
}
const { config } = read;
const { jsonLogger } = await import('@heavy-lifter/gateway/logger');
const { startLive } = await import('./live.ts');
const { openOperator } = await import('./operator.ts');
const { namesOf } = await import('./services/names.ts');

const logger = jsonLogger(config.LOG_LEVEL, { service: 'live' });
const operator = openOperator({ services: namesOf(config), ...config });
const defect = Promise.withResolvers<void>();
const live = await startLive(config, operator, logger, (err) => {
  logger.fatal({ err }, 'a thread ended');
  process.exitCode = 1;
  defect.resolve();
}).catch((error) => {
  // What the system refused is no defect: its text has the cause and the address.
  logger.fatal(error.syscall ? { error: error.message } : { err: error }, 'cannot start');
  process.exit(1);
});
await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), defect.promise]);
await live.close();
process.exit();
