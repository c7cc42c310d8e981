/** Jobs of before: those that a worker does first, whoever left them in the queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backlog } from '../account/backlog.ts';
import { Failure } from '../failure.ts';
import { number } from '../format.ts';
import { ANSWER_WAIT_S } from '../load/target.ts';

/** How long their number is watched, and how far it must fall to tell a rate sooner. */
const WATCH_MS = 2_000;
const ENOUGH = 100;
const POLL_MS = 100;
/** Where it does not fall: the rate of so many that were completed last, in so many milliseconds. */
const LAST = 100;
const LAST_WITHIN_MS = 3_600_000;

export interface Before {
  readonly jobs: number;
  /** At which they are done; undefined where nothing tells. */
  readonly perS: number | undefined;
}

/** Watches them for some seconds. Undefined where there are none, or soon were none. */
export async function jobsOfBefore(backlog: Backlog): Promise<Before | undefined> {
  const first = await backlog.size();
  const startedAt = performance.now();
  let jobs = first;
  const watchedMs = () => performance.now() - startedAt;
  while (jobs > 0 && first - jobs < ENOUGH && watchedMs() < WATCH_MS) {
    await sleep(POLL_MS);
    jobs = await backlog.size();
  }
  if (jobs === 0) return undefined;
  const fallen = first - jobs;
  return { jobs, perS: fallen > 0 ? (fallen / watchedMs()) * 1000 : await lastRate(backlog) };
}

/** What to know of them, and how to be rid of them. */
export function describeBefore({ jobs, perS }: Before): string {
  const time =
    perS === undefined
      ? 'none was completed of late, so nothing tells for how long: does a worker run?'
      : `about ${number(Math.ceil(jobs / perS))} s at ${number(perS)} a second.`;
  return `${number(jobs)} job(s) of before come first: ${time} To remove those that wait: make clear`;
}

/** Throws a `Failure` where a job of ours would wait longer for its turn than its caller does. */
export async function refuseLongWait(backlog: Backlog | undefined): Promise<void> {
  const before = backlog && (await jobsOfBefore(backlog));
  if (!before || (before.perS !== undefined && before.jobs / before.perS <= ANSWER_WAIT_S)) return;
  throw new Failure(`${describeBefore(before)}\nNothing is measured.`);
}

async function lastRate(backlog: Backlog): Promise<number | undefined> {
  const now = Date.now();
  const times = (await backlog.completions(now - LAST_WITHIN_MS, now)).slice(-LAST);
  const [from = 0] = times;
  const spanS = ((times.at(-1) ?? 0) - from) / 1000;
  return spanS > 0 ? (times.length - 1) / spanS : undefined;
}
