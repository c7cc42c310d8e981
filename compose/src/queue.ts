/** The queue of the stack that runs, asked by the program that knows it (loadgen/src/queue/main.ts). */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { running } from './control.ts';
import { UserError } from './errors.ts';
import { root } from './settings.ts';

/** Its answer without the end of its line; undefined where no queue runs. Throws a `UserError` with its reason to fail. */
export async function askQueue(...words: string[]): Promise<string | undefined> {
  const redis = (await running())?.services.find(({ name }) => name === 'redis');
  if (!redis) return undefined;
  const env = { PATH: process.env.PATH, REDIS_URL: redis.health };
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'loadgen/dist/queue/main.js'), ...words],
      { env },
    );
    return stdout.trim();
  } catch (error) {
    throw new UserError((error as { stderr?: string }).stderr?.trim() || String(error));
  }
}
