/** What the runner saw happen to the services while this run went on. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** `time`: ISO 8601 from the local runner, milliseconds from an engine. */
const Event = z.object({
  time: z.union([z.string(), z.number()]),
  service: z.string(),
  event: z.string(),
  detail: z.string().optional(),
});
/** Starting and stopping by hand is no news in a report; these are. */
const NEWS = new Set(['memory-limit', 'exited', 'restarted', 'killed']);
const MAX_NOTES = 20;

/** One line for each kind of event since `from`, with its number. */
export function newsSince(from: Date, file: string | undefined): string[] {
  if (!file) return [];
  const lines = new Map<string, number>();
  for (const line of readLines(file)) {
    const { data } = Event.safeParse(line);
    if (!data || !NEWS.has(data.event) || new Date(data.time) < from) continue;
    const text = `${data.service}: ${data.event}${data.detail ? ` (${data.detail})` : ''}`;
    lines.set(text, (lines.get(text) ?? 0) + 1);
  }
  return [...lines].slice(0, MAX_NOTES).map(([text, count]) => (count > 1 ? `${text}, ${count} times` : text));
}

function readLines(file: string): unknown[] {
  try {
    return readFileSync(file, 'utf8').split('\n').map(parse);
  } catch {
    // A log that rotates away under the reader is no reason to lose a result.
    return [];
  }
}

/** Undefined for what is no JSON: the last line may still be being written. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
