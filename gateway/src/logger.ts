import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { Config } from './config.ts';

/** JSON lines on stdout; `time` in ISO 8601 and `level` as a word, as in the Rust services. */
export function createLogger({ LOG_LEVEL, MODE }: Config): Logger {
  return pino({
    level: LOG_LEVEL,
    base: { service: 'gateway', mode: MODE },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
}
