/** `Prefer: wait=seconds` (RFC 7240): the answer itself if it is there in time, else the job document. */
import { isFinal, type JobDocument } from '../contract.ts';
import type { Jobs } from '../mode.ts';

/** Longer waits are cut to this, and `Preference-Applied` says so. */
const MAX_WAIT_S = 20;

/** Seconds to wait, or nothing where the header asks for none (other preferences are not ours to apply). */
export function preferredWait(header: string | string[] | undefined): number | undefined {
  const value = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;])/i.exec(String(header ?? ''))?.[1];
  return value === undefined ? undefined : Math.min(Number(value), MAX_WAIT_S);
}

/** The latest document seen within `waitS`, or until the signal aborts: the job is accepted, whatever ends the wait. */
export async function waitForJob(
  jobs: Jobs,
  id: string,
  waitS: number,
  signal: AbortSignal,
): Promise<JobDocument | undefined> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(waitS * 1000)]);
  let latest: JobDocument | undefined;
  for await (const { document } of jobs.watch(id, stop)) {
    latest = document;
    if (isFinal(document.state)) break;
  }
  return latest;
}
