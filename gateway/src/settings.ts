/** How the programs read their settings: each variable alone, then all of them together, and every problem at once. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A whole number, written in digits. */
export const whole = (min: number, max: number) => numberIn(min, max, /^\d{1,15}$/, 'a whole number');

/** Seconds, with or without a fraction. */
export const seconds = (min: number, max: number) => numberIn(min, max, /^\d{1,6}(\.\d+)?$/, 'seconds');

export const port = whole(0, 65_535);

export const url = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be a URL such as ${example}` });

function numberIn(min: number, max: number, form: RegExp, what: string) {
  const error = `must be ${what} from ${min} to ${max}`;
  return z
    .string({ error })
    .regex(form, { error })
    .transform(Number)
    .refine((n) => n >= min && n <= max, { error });
}

/** What reading settings comes to: `problems` has one line for every setting that is wrong, with its name in front. */
export type Read<T> = { config: T } | { problems: string[] };

/**
 * Reads settings by a schema. `together` names what is wrong between variables; it is given those that are right alone,
 * so that one reading tells of both.
 */
export function readBy<S extends z.ZodObject>(
  schema: S,
  env: NodeJS.ProcessEnv,
  together: (right: Partial<z.output<S>>) => string[] = () => [],
): Read<z.output<S>> {
  const problems: string[] = [];
  const right: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const { data, error } = z.safeParse(field, env[name]);
    if (error) problems.push(...new Set(error.issues.map(({ message }) => `${name}: ${message}`)));
    else if (data !== undefined) right[name] = data;
  }
  problems.push(...together(right as Partial<z.output<S>>));
  return problems.length > 0 ? { problems } : { config: right as z.output<S> };
}

/** Ends a program that was started with `--check`: prints each problem on a line, exits with 0 or 1. */
export function endCheck(read: Read<unknown>): never {
  if ('problems' in read) console.error(read.problems.join('\n'));
  process.exit('problems' in read ? 1 : 0);
}

/**
 * What is wrong with more `sockets` than a process may open files here. The default is no wish: where even that is too
 * much, a process goes as far as it may.
 */
export function fileProblems(name: string, sockets: number, byDefault: number): string[] {
  const limit = maxOpenFiles();
  if (sockets <= Math.max(limit, byDefault)) return [];
  return [`${name}: must not exceed ${limit}, the files that a process may open here (ulimit -Hn)`];
}

/** Node takes all that it may have when it starts. Known under Linux only. */
function maxOpenFiles(): number {
  try {
    return Number(/^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}
