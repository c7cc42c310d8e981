/** Runs of the real program that must end before anything is measured. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { runMain, startBench } from './support/generator.ts';
import { LOAD_OPS, type StubSettings, startStub } from './support/stub.ts';

async function benchOf(settings: StubSettings, env?: Record<string, string>) {
  const stub = await startStub(settings);
  onTestFinished(() => stub.close());
  return { stub, ...(await startBench(stub.url, env).ended) };
}

it('does not measure a gateway that answers everything with one cached checksum', async () => {
  const { code, stderr, stub, result } = await benchOf({ fate: () => 'cached' });
  expect(code).toBe(2);
  expect(stderr).toContain('Nothing is measured.');
  expect(result).toBeUndefined();
  // The first vector is answered rightly, the second ends it.
  expect(stub.asked).toHaveLength(2);
});

it('does not measure a gateway whose kernel is wrong', async () => {
  const { code, stderr, stub, result } = await benchOf({ fate: () => 'wrong' });
  expect(code).toBe(2);
  expect(stderr).toContain('the service is wrong');
  expect(result).toBeUndefined();
  expect(stub.asked).toHaveLength(1);
});

it('does not measure a gateway that is wrong for the last vectors only', async () => {
  const { code, stub } = await benchOf({ fate: (n) => (n > 20 ? 'wrong' : 'right') });
  expect(code).toBe(2);
  expect(stub.asked.some(({ ops }) => ops === LOAD_OPS)).toBe(false);
});

it('does not measure a gateway in another mode', async () => {
  const { code, stderr, stub } = await benchOf({ mode: 'inline' });
  expect(code).toBe(1);
  expect(stderr).toContain('this gateway is in mode inline, not pool');
  expect(stub.asked).toHaveLength(1);
});

it('says in one line that there is no gateway', async () => {
  const { url, close } = await startStub({});
  await close();
  const { code, stderr, result } = await startBench(url, { READY_LIMIT: '0.3' }).ended;
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(`^the gateway at ${url} is not ready: .*ECONNREFUSED`),
  ]);
  expect(result).toBeUndefined();
});

it('says in one line that the gateway was lost on the way', async () => {
  const { code, stderr } = await benchOf({ fate: (n) => (n > 5 ? 'reset' : 'right') });
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching('^the gateway gave no answer to .*: ')]);
});

it('says in one line that there is no Redis', async () => {
  const { url, close } = await startStub({});
  await close();
  const { code, stderr } = await benchOf({ mode: 'queue' }, { MODE: 'queue', REDIS_URL: url.replace('http', 'redis') });
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(`^Redis at `)]);
});

it('lists every wrong setting', async () => {
  const { code, stderr } = await startBench('nowhere', { OPS: '0', DURATION: 'x' }).ended;
  expect(code).toBe(1);
  for (const name of ['GATEWAY_URL', 'OPS', 'DURATION']) expect(stderr).toContain(`  ${name}: `);
});

it.each([[[]], [['measure']]])('tells its usage for %j', async (args) => {
  const { code, stderr } = await runMain(args).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('usage: bench | scoreboard | chaos');
});

it('puts results side by side, and names the folder last', async () => {
  const results = mkdtempSync(join(tmpdir(), 'results-'));
  onTestFinished(() => rmSync(results, { recursive: true }));
  const examples = fileURLToPath(new URL('../examples', import.meta.url));
  for (const run of ['a', 'b']) cpSync(examples, join(results, run), { recursive: true });
  const { code, stdout } = await runMain(['scoreboard', join(results, 'a'), join(results, 'b')]).ended;
  expect(code).toBe(0);
  expect(stdout).toContain('# Scoreboard');
  expect(stdout.trim().split('\n').at(-1)).toMatch(new RegExp(`^${results}/.*-scoreboard$`));
});
