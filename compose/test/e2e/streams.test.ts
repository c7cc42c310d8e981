/** Very many who watch jobs: every one of them is told how its job ended. `STREAMS=10000` is all that a gateway takes. */
import { expect, it } from 'vitest';
import { JobDocument } from '../../../gateway/src/contract.ts';
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { watchAll } from '../../../gateway/test/support/watchers.ts';
import { Latency } from '../../../loadgen/src/load/latency.ts';
import { startProbe } from '../../../loadgen/src/load/probe.ts';
import { gatewayUrl, keepUp, make, peakMemory } from './support.ts';

const STREAMS = Number(process.env.STREAMS ?? 1000);
const JOBS = 100;
/** Some seconds for all of them. */
const OPS = 200_000_000;

const done = async (target: string, variables: Record<string, string>) => {
  const { code, output } = await make(target, variables);
  expect(code, output).toBe(0);
};

keepUp({ MODE: 'queue' });

it(`${STREAMS} streams are told how their jobs ended, and others are served meanwhile`, async () => {
  await done('stop', { SERVICE: 'rust-worker' });
  const jobs = await Promise.all(
    Array.from({ length: JOBS }, async () => JobDocument.parse(await askAgain(`${gatewayUrl}/blocking?ops=${OPS}`))),
  );
  const openedFrom = Date.now();
  const streams = await watchAll(gatewayUrl, jobs, STREAMS);
  const openedIn = Date.now() - openedFrom;

  const probe = await startProbe(gatewayUrl, () => {});
  const from = Date.now();
  await done('start', { SERVICE: 'rust-worker' });
  const lag = new Latency();
  let lost = 0;
  let lastAt = from;
  for (const { ended } of streams) {
    const { last, at } = await ended;
    if (last?.state !== 'completed') lost++;
    else lag.record(at - Date.parse(last.finishedAt ?? ''));
    lastAt = Math.max(lastAt, at);
  }
  const { latencyMs, failed } = await probe.stop();
  const memory = await peakMemory('gateway-queue');
  const { p50, p99, max } = lag.summary();
  console.log(
    `${STREAMS} streams of ${JOBS} jobs, open in ${openedIn} ms: all told ${lastAt - from} ms after the worker's start, ` +
      `${p50} / ${p99} / ${max} ms (p50 / p99 / max) after their job's end; gateway at most ${memory}; ` +
      `bystander ${latencyMs.p50?.toFixed(1)} / ${latencyMs.p99?.toFixed(1)} / ${latencyMs.max?.toFixed(1)} ms`,
  );
  expect(lost).toBe(0);
  expect(failed).toBe(0);
});
