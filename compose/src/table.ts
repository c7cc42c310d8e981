import { markdownTable } from 'markdown-table';
import type { ServiceStatus } from './stack.ts';

/** `make status`. */
export function statusTable(services: readonly ServiceStatus[]): string {
  const rows = services.map(({ name, state, pid, restarts, upSeconds, rssBytes, cpus, url }) => [
    name,
    state,
    String(pid ?? '-'),
    String(restarts),
    `${Math.round(upSeconds)} s`,
    `${Math.round(rssBytes / 2 ** 20)} MiB`,
    cpus || 'any',
    url,
  ]);
  return markdownTable([['service', 'state', 'process', 'restarts', 'up', 'memory', 'CPUs', 'url'], ...rows]);
}
