/** `make logs`: the last lines of all services, or of one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from './errors.ts';
import { runDir, type Settings } from './settings.ts';

const folder = join(runDir, 'logs');
const SUFFIX = '.log';

/** Prints them, and with FOLLOW those that come. Throws a `UserError` where SERVICE has none. */
export async function logs({ SERVICE, FOLLOW }: Settings): Promise<number> {
  if (!existsSync(folder)) throw new UserError('no logs yet: make up');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(SUFFIX))
    .map((file) => file.slice(0, -SUFFIX.length));
  const wanted = names.filter((name) => isWanted(name, SERVICE));
  if (wanted.length === 0) throw new UserError(`SERVICE must be one of ${names.join(', ')}`);
  const files = wanted.map((name) => join(folder, name + SUFFIX));
  const tail = spawn('tail', ['-n', '50', ...(FOLLOW ? ['-F'] : []), ...files], { stdio: 'inherit' });
  const [code] = await once(tail, 'exit');
  return code ?? 0;
}

function isWanted(name: string, service: string | undefined): boolean {
  return service === 'gateway' ? name.startsWith('gateway-') : service === undefined || service === name;
}
