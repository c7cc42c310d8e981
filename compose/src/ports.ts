import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Service } from './services.ts';

/** Who listens, on which ports, by the variable that moves each. */
export type Listener = Pick<Service, 'name' | 'ports'>;

const wantedBy = (listeners: readonly Listener[]) =>
  listeners.flatMap(({ name, ports }) => Object.entries(ports).map(([variable, port]) => ({ name, variable, port })));

const MAX_PORT = 65_535;

/** A line for each port that two of them would have, or that is none: copies have theirs above the first one's. */
export function sharedPorts(listeners: readonly Listener[]): string[] {
  const holders = new Map<number, string>();
  return wantedBy(listeners).flatMap(({ name, variable, port }) => {
    const holder = holders.get(port);
    holders.set(port, holder ?? variable);
    if (port > MAX_PORT) return [`${variable}: must be lower: ${name} would have port ${port}`];
    return holder ? [`${variable}: must be another port than ${holder}: both are ${port}`] : [];
  });
}

/** A line for each port that somebody else holds, with the variable that moves it. */
export async function takenPorts(listeners: readonly Listener[]): Promise<string[]> {
  const wanted = wantedBy(listeners);
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
