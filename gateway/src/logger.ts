import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { Config } from './config.ts';

export const createLogger = (service: string, { LOG_LEVEL, MODE }: Pick<Config, 'LOG_LEVEL' | 'MODE'>): Logger =>
  jsonLogger(LOG_LEVEL, { service, mode: MODE });

/** JSON lines on stdout; `time` in ISO 8601 and `level` as a word, as in the Rust services. */
export function jsonLogger(level: string, base: { service: string; mode?: string }): Logger {
  return pino({
    level,
    base,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
  });
}
