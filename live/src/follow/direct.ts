/** One request that is answered with its result: our own clock around it, the gateway's Server-Timing within. */
import type { Trace } from '../contract.ts';
import type { Reply } from './customer.ts';
import type { Parts } from './parts.ts';

/** Of an answer: how it came about, and in which parts. */
export function answered(parts: Parts, { sentAt, answeredAt, outcome, serverTiming, says }: Reply): Partial<Trace> {
  if (outcome !== 'ok') {
    parts.endAll(answeredAt);
    return { state: outcome === 'none' ? 'lost' : 'failed', says };
  }
  const of = timesIn(serverTiming);
  const total = of('total') ?? (of('queued') ?? 0) + (of('compute') ?? 0);
  // What is not told happened on the way there, mostly in front of a loop that was busy.
  const arrivedAt = Math.max(sentAt, answeredAt - total);
  const begunAt = arrivedAt + (of('queued') ?? 0);
  const computedAt = begunAt + (of('compute') ?? 0);
  parts.end('gateway', arrivedAt);
  parts.add('waiting', 1, arrivedAt, begunAt);
  parts.add('computing', 1, begunAt, computedAt);
  parts.add('answered', 1, computedAt, answeredAt);
  return { state: 'done', says };
}

function timesIn(header = ''): (name: string) => number | undefined {
  const times = new Map(
    header.split(',').map((part) => {
      const [, name = '', ms] = /^\s*([\w-]+);dur=([\d.]+)/.exec(part) ?? [];
      return [name, ms === undefined ? undefined : Number(ms)];
    }),
  );
  return (name) => times.get(name);
}
