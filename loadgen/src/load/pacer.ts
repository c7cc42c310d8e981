/**
 * An open loop: requests start on an even schedule, whatever the answers do, and latency counts from the intended
 * start. Own code, because autocannon's rate is a burst at each second's start and its correction for coordinated
 * omission assumes an interval of 1 ms whatever the rate.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Latency, type LatencyMs } from './latency.ts';

export interface Pace {
  /** Requests a second. */
  readonly rate: number;
  readonly durationS: number;
  /** Requests without an answer at one time; beyond it a request is skipped and counted as such. */
  readonly maxInFlight: number;
  readonly signal: AbortSignal;
  /** Sends one request. Resolves to true if its latency counts; a rejection does not. */
  send(n: number): Promise<boolean>;
  /** Hears of each latency as it is recorded, in milliseconds. */
  onLatency?(ms: number): void;
}

export interface Paced {
  readonly latencyMs: LatencyMs;
  /** Requests that were due while `maxInFlight` had no answer: they were not sent. */
  readonly skipped: number;
}

/** Timers are this coarse: what is due within it starts now, or it would start late by as much. */
const TIMER_GRAIN_MS = 1;
/** How long answers may take after the last request. */
const TAIL_MS = 10_000;

/** Resolves when the schedule is over and every request has an answer, at the latest 10 s after the last. */
export async function pace({ rate, durationS, maxInFlight, signal, send, onLatency }: Pace): Promise<Paced> {
  const latency = new Latency();
  const inFlight = new Set<Promise<void>>();
  let skipped = 0;
  const startedAt = performance.now();

  async function one(n: number): Promise<void> {
    // A timer may fire a little early, which must not flatter; being late is what this is to see.
    const intendedAt = Math.min(performance.now(), startedAt + (n / rate) * 1000);
    const counts = await send(n).catch(() => false);
    if (!counts) return;
    const ms = performance.now() - intendedAt;
    latency.record(ms);
    onLatency?.(ms);
  }

  const total = Math.round(rate * durationS);
  for (let n = 0; n < total && !signal.aborted; ) {
    const due = Math.min(total, Math.floor(((performance.now() + TIMER_GRAIN_MS - startedAt) / 1000) * rate) + 1);
    for (; n < due; n++) {
      if (inFlight.size >= maxInFlight) {
        skipped++;
        continue;
      }
      const request = one(n).finally(() => inFlight.delete(request));
      inFlight.add(request);
    }
    await sleep(Math.max(0, startedAt + (n / rate) * 1000 - performance.now()));
  }
  await Promise.race([Promise.all(inFlight), sleep(TAIL_MS, undefined, { ref: false })]);
  return { latencyMs: latency.summary(), skipped };
}
