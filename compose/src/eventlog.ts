/** What happens to services, one JSON object a line, for reports and for people. Bounded: the older half goes. */
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDir } from './settings.ts';

export const eventsFile = join(runDir, 'events.jsonl');
const MAX_BYTES = 1_000_000;

export interface Event {
  readonly time: string;
  readonly service: string;
  readonly event: 'started' | 'healthy' | 'exited' | 'restarted' | 'memory-limit' | 'killed' | 'stopped';
  readonly detail?: string;
}

export function logEvent(service: string, event: Event['event'], detail?: string): void {
  const line: Event = { time: new Date().toISOString(), service, event, ...(detail ? { detail } : {}) };
  appendFileSync(eventsFile, `${JSON.stringify(line)}\n`);
  if (statSync(eventsFile).size > MAX_BYTES) {
    const lines = readFileSync(eventsFile, 'utf8').split('\n');
    writeFileSync(eventsFile, lines.slice(lines.length / 2).join('\n'));
  }
}
