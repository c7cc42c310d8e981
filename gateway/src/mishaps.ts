import type { Logger } from 'pino';

/**
 * A defect must not take work in hand down with it. An unhandled rejection is logged and life goes on; after an
 * uncaught exception the state is in doubt, so the promise resolves: drain like on a signal, then exit with 1.
 */
export function keepServing(logger: Logger): Promise<void> {
  process.on('unhandledRejection', (err) => logger.error({ err }, 'unhandled rejection'));
  return new Promise((resolve) => {
    process.on('uncaughtException', (err) => {
      logger.fatal({ err }, 'uncaught exception: draining');
      process.exitCode = 1;
      resolve();
    });
  });
}
