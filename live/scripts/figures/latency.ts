/** How soon something is on the page. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Viewer } from './viewer.ts';

const COMMANDS = 30;
const HOLES = 10;
/** Out of step with snapshots, and slow enough for the bound on commands. */
const BETWEEN_MS = 333;

/** Stops and resumes whoever computes; from the command's sending to the snapshot that has its mark. */
export async function commandToMark(viewer: Viewer): Promise<string> {
  const service = await computing(viewer);
  const times: number[] = [];
  for (let n = 0; n < COMMANDS; n++) {
    const verb = n % 2 === 0 ? 'pause' : 'resume';
    const sentAt = Date.now();
    const shown = viewer.until(({ marks }) => marks.some((mark) => mark.service === service && mark.what === verb));
    await viewer.command({ do: 'service', verb, service });
    times.push((await shown) - sentAt);
    await sleep(BETWEEN_MS);
  }
  return summary(times);
}

/** One user of `inline` blocks its loop: from a heartbeat that is not answered to the snapshot that has it as a hole. */
export async function blockedToHole(viewer: Viewer): Promise<string> {
  const times: number[] = [];
  await viewer.command({ do: 'task', ms: 2_000 });
  for (let n = 0; n < HOLES; n++) {
    let askedAt = 0;
    const from = Date.now();
    const seen = viewer.until(({ lanes }) => {
      const ticks = lanes.find(({ lane }) => lane === 'inline')?.ticks ?? [];
      askedAt = ticks.find(({ at, state }) => at > from && state === 'hole')?.at ?? 0;
      return askedAt > 0;
    });
    await viewer.command({ do: 'users', lane: 'inline', users: 1 });
    times.push((await seen) - askedAt);
    await viewer.quiet();
  }
  return summary(times);
}

async function computing(viewer: Viewer): Promise<string> {
  let name = '';
  await viewer.until(({ lanes }) => {
    const services = lanes.flatMap((lane) => lane.services);
    name = (services.findLast(({ role }) => role === 'compute') ?? services[0])?.name ?? '';
    return name !== '';
  });
  return name;
}

function summary(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms of ${times.length}`;
}
