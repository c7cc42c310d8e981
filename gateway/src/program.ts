/** A program's whole life, from its settings to its exit code. */
import { once } from 'node:events';
import type { Config } from './config.ts';
import type { Program } from './gateway.ts';
import { isHealthy } from './health.ts';
import { endCheck, type Read } from './settings.ts';

/**
 * Runs the program until a signal. With `--check` it says what is wrong with its settings, with `--healthcheck` whether
 * the one that runs is up; both end it. `load` loads what it is made of.
 */
export async function runProgram(read: Read<Config>, load: () => Promise<Program>): Promise<never> {
  if (process.argv.includes('--check')) endCheck(read);
  if ('problems' in read) {
    console.error(`invalid settings:\n  ${read.problems.join('\n  ')}`);
    process.exit(1);
  }
  const { config } = read;
  if (process.argv.includes('--healthcheck')) process.exit((await isHealthy(config.ADMIN_PORT)) ? 0 : 1);

  // Loaded only now: a health check comes every few seconds and must not cost what a start does.
  const { createLogger } = await import('./logger.ts');
  const { keepServing } = await import('./mishaps.ts');
  const { startGateway } = await import('./gateway.ts');
  const program = await load();

  const logger = createLogger(program.service, config);
  const mishap = keepServing(logger);
  const gateway = await startGateway(config, logger, program).catch((error) => {
    // What the system refused is no defect: its text has the cause and the address.
    logger.fatal(error.syscall ? { error: error.message } : { err: error }, 'cannot start');
    process.exit(1);
  });
  await gateway.run(Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT'), mishap]));
  process.exit();
}
