/** CPU time of kernels: in every mode it is counted once, by whoever computes. */
import { beforeAll, expect, it } from 'vitest';
import { Answer } from '../src/contract.ts';
import { describeEachMode } from './support/each-mode.ts';
import { metric } from './support/metrics.ts';
import { waitFor } from './support/wait.ts';

const NOW = { prefer: 'wait=20' };
/** So much work that little else is in the CPU time of the process: some 200 to 600 ms of one core, by kernel. */
const opsFor = (kernel: string) => (kernel.startsWith('rust-') ? 2e9 : 6e8);

describeEachMode((mode, running) => {
  beforeAll(() => ask(1e6, 1));

  const ask = async (ops: number, chunks: number) => {
    const response = await fetch(`${running.gateway.url}/blocking?ops=${ops}&chunks=${chunks}`, { headers: NOW });
    expect(response.status).toBe(200);
    return Answer.parse(await response.json());
  };
  /** Of all that has to do with the mode: who does not compute has no such metric. */
  const total = async (name: string) => {
    const all = [running.gateway.adminUrl, ...(running.world.adminUrl ? [running.world.adminUrl] : [])];
    return (await Promise.all(all.map((url) => metric(url, name)))).reduce((sum, one) => sum + one);
  };
  const read = async () => ({
    ops: await total('task_ops_total'),
    cpuS: await total('task_compute_cpu_seconds_total'),
    threadsS: await total('task_compute_thread_seconds_total'),
    processS: await metric(running.world.adminUrl ?? running.gateway.adminUrl, 'process_cpu_seconds_total'),
  });
  const since = async (before: Awaited<ReturnType<typeof read>>) => {
    const now = await read();
    return {
      ops: now.ops - before.ops,
      cpuS: now.cpuS - before.cpuS,
      threadsS: now.threadsS - before.threadsS,
      processS: now.processS - before.processS,
    };
  };

  it.each([1, 2])('is nearly all that a process uses for a long task of %i chunk(s)', async (chunks) => {
    const ops = opsFor((await ask(1e6, 1)).kernel);
    const before = await read();
    await ask(ops, chunks);
    const used = await since(before);
    expect(used.ops).toBe(ops);
    expect(used.cpuS / used.processS).toBeGreaterThan(0.7);
    expect(used.cpuS / used.processS).toBeLessThan(1.05);
    // A thread has no more CPU time than time; clocks are read one after the other.
    expect(used.threadsS).toBeGreaterThan(0.95 * used.cpuS);
  });

  it('is not lost where tasks are much shorter than what a scheduler counts in', async () => {
    const cpuOf = async (times: number, ops: number) => {
      const before = await read();
      for (let n = 0; n < times; n++) await ask(ops, 1);
      const { cpuS, ops: done } = await since(before);
      expect(done).toBe(times * ops);
      return cpuS;
    };
    const short = await cpuOf(20, 2e5);
    const long = await cpuOf(1, 20 * 2e5);
    expect(short / long).toBeGreaterThan(0.7);
  });

  it('is counted while a task runs, and stays when its caller leaves', async () => {
    // The event loop that computes answers nobody meanwhile.
    if (mode === 'inline') return;
    const before = await read();
    const leaving = new AbortController();
    const left = fetch(`${running.gateway.url}/blocking?ops=2000000000&chunks=1`, { signal: leaving.signal }).catch(
      () => {},
    );
    await waitFor('a part is counted', async () => (await since(before)).cpuS > 0);
    leaving.abort();
    await left;
    await waitFor('idle', async () => (await metric(running.gateway.adminUrl, 'tasks_in_flight')) === 0);
    const { cpuS, ops } = await since(before);
    expect(cpuS).toBeGreaterThan(0);
    expect(ops).toBeGreaterThan(0);
    expect(ops).toBeLessThanOrEqual(2e9);
  });
});
