/** Whole runs of the real program under a closed loop, against gateways with faults. */
import { expect, it, onTestFinished } from 'vitest';
import type { Result } from '../src/bench/result.ts';
import { startBench } from './support/generator.ts';
import { type Fate, LOAD_OPS, type StubSettings, startStub, underLoad } from './support/stub.ts';
import { waitFor } from './support/wait.ts';

async function benchOf(settings: StubSettings, env?: Record<string, string>) {
  const stub = await startStub(settings);
  onTestFinished(() => stub.close());
  return startBench(stub.url, env).ended;
}

function addsUp({ counts }: Result): boolean {
  const { sent, ...ends } = counts;
  return sent === Object.values(ends).reduce((sum, n) => sum + n, 0);
}

it('measures, files every request, and says why those that were not served were not', async () => {
  const fates: Fate[] = ['right', 'right', 'refused', 'reset'];
  const fate: StubSettings['fate'] = (n, { ops }) => (ops === LOAD_OPS ? (fates[n % fates.length] as Fate) : 'right');
  const { code, result, report, stdout } = await benchOf({ fate });
  expect(code).toBe(0);
  if (!result) throw new Error('no result');
  expect(addsUp(result)).toBe(true);
  expect(result.counts.ok).toBeGreaterThan(0);
  expect(result.counts.refused).toBeGreaterThan(0);
  expect(result.counts.unknown).toBeGreaterThan(0);
  expect(result.counts.failed).toBe(0);
  expect(result.reasons['overloaded (MAX_QUEUE)']).toBe(result.counts.refused);
  expect(result.latencyMs.count).toBe(result.counts.ok);
  expect(result.verify).toEqual({ vectors: 22, answers: result.counts.ok });
  expect(report?.split('\n')[0]).toMatch(
    /^(Not c|C)omparable with runs on other machines\.( Machine (un)?disturbed.*\.)?$/,
  );
  expect(stdout).toContain(report?.trim());
  expect(stdout.trim().split('\n').at(-1)).toMatch(new RegExp(`/${result.id}$`));
});

it('ends in time when the gateway stops answering, and counts what it cut off', async () => {
  const { code, result } = await benchOf({ fate: underLoad('silent', 20) }, { WARMUP: '0' });
  expect(code).toBe(0);
  expect(result?.counts).toEqual({ sent: 25, ok: 20, accepted: 0, refused: 0, failed: 0, unknown: 0, cut: 5 });
  expect(result?.latencyMs.count).toBe(20);
});

it('reports a gateway that never answers, without inventing figures', async () => {
  const { code, result } = await benchOf({ fate: underLoad('silent') });
  expect(code).toBe(0);
  expect(result?.counts).toMatchObject({ sent: 5, ok: 0, cut: 5 });
  expect(result?.latencyMs).toMatchObject({ count: 0, p50: null, p99: null });
  expect(result?.throughput).toEqual({ answeredPerS: 0, completedPerS: 0 });
});

it.each([
  ['wrong', '00000bad'],
  ['replayed', 'was answered twice'],
] as const)('is not deceived by answers that go %s under load', async (fate, words) => {
  const { code, stderr, result } = await benchOf({ fate: underLoad(fate, 40) }, { WARMUP: '0' });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^\d+ wrong answer\(s\) under load:/);
  expect(stderr).toContain(words);
  expect(result).toBeUndefined();
});

it.each([
  ['verify', 'silent', '0.3'],
  ['capacity', 'right', '600'],
  ['idle', 'right', '3'],
  ['measure', 'right', '0.3'],
] as const)('ends with 130 and no result when it is interrupted in phase %s', async (phase, fate, QUIET) => {
  const stub = await startStub({ fate: () => fate });
  onTestFinished(() => stub.close());
  const generator = startBench(stub.url, { DURATION: '600', WARMUP: '0', QUIET });
  await waitFor(`phase ${phase}`, () => generator.stdout().includes(`${phase}: `));
  generator.kill('SIGINT');
  expect(await generator.ended).toMatchObject({ code: 130, result: undefined });
});
