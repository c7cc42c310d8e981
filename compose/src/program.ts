import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { root } from './settings.ts';

/** Settings are read in a fraction of it. */
const CHECK_LIMIT_MS = 20_000;

/** What a program says of the settings in `env`: nothing if it would work with them. */
export async function check(command: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const [program = '', ...words] = command;
  try {
    await promisify(execFile)(program, [...words, '--check'], { cwd: root, env, timeout: CHECK_LIMIT_MS });
    return [];
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return stderr.trim() ? stderr.trim().split('\n') : [`${command.join(' ')} --check: ${message}`];
  }
}
