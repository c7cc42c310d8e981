/** The jobs that a worker held when it was killed, and when they went on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backlog } from '../account/backlog.ts';
import type { StoredJob } from '../account/stored-job.ts';

/** Above any lock that a user will wait for; the default is 3 s. */
const LIMIT_MS = 15_000;
const POLL_MS = 50;

/** How often each job in hand had been started, by its id. */
export type Held = ReadonlyMap<string, number>;

export async function heldNow(backlog: Backlog): Promise<Held> {
  const held = new Map<string, number>();
  for await (const { id, starts } of backlog.lookUp(await backlog.active())) held.set(id, starts);
  return held;
}

/** Waits until each of them is started again or has ended, at most some seconds. Resolves to a line for people. */
export async function goesOn(backlog: Backlog, held: Held, killedAt: number): Promise<string> {
  if (held.size === 0) return 'no job was in hand';
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const jobs: StoredJob[] = [];
    for await (const job of backlog.lookUp(held.keys())) jobs.push(job);
    const again = jobs.filter(({ id, starts }) => starts > (held.get(id) ?? 0));
    const ended = jobs.filter((job) => !again.includes(job) && job.finishedAt !== undefined).length;
    if (again.length + ended === held.size || Date.now() > deadline) return describe(again, ended, held.size, killedAt);
    await sleep(POLL_MS);
  }
}

function describe(again: readonly StoredJob[], ended: number, held: number, killedAt: number): string {
  const times = again.map(({ startedAt = 0 }) => Math.max(0, startedAt - killedAt) / 1000);
  const [first, last] = [Math.min(...times).toFixed(2), Math.max(...times).toFixed(2)];
  const parts = [`${held} job(s) in hand`];
  if (again.length > 0)
    parts.push(`${again.length} went on again after ${first === last ? first : `${first} to ${last}`} s`);
  if (ended > 0) parts.push(`${ended} ended without being started again`);
  const rest = held - again.length - ended;
  if (rest > 0) parts.push(`${rest} wait for their turn, or another worker has them`);
  return parts.join('; ');
}
