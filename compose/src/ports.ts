import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Service } from './services.ts';

/** A line for each port that somebody else holds, with the variable that moves it. */
export async function takenPorts(services: readonly Service[]): Promise<string[]> {
  const wanted = services.flatMap(({ name, ports }) =>
    Object.entries(ports).map(([variable, port]) => ({ name, variable, port })),
  );
  const lines = await Promise.all(
    wanted.map(async ({ name, variable, port }) =>
      (await isFree(port))
        ? []
        : [`port ${port} for ${name} is taken${holder(port)}: choose another with ${variable}=`],
    ),
  );
  return lines.flat();
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** Who listens there, as far as this machine tells. */
function holder(port: number): string {
  try {
    const line = execFileSync('ss', ['-Hltnp', `sport = :${port}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, program, pid] = /\("([^"]+)",pid=(\d+)/.exec(line) ?? [];
    return pid ? ` (by ${program}, process ${pid})` : '';
  } catch {
    return '';
  }
}
