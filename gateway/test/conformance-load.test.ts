/** The other half of the suite over every file in `modes/`: bounds, priorities, callers that leave, what is lost, the end. */
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { expect, it } from 'vitest';
import { describeEachMode, ready } from './support/each-mode.ts';
import { startTestGateway } from './support/gateway.ts';
import { metric, scrape } from './support/metrics.ts';
import { problemOf } from './support/problem.ts';
import { waitFor } from './support/wait.ts';

const NOW = { prefer: 'wait=20' };

/** Of each thread of this process: the nineteenth field of its `stat`; names may hold blanks, so count from the last ')'. */
function niceOfThreads(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
      return [Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

describeEachMode((mode, running) => {
  // The control has none: its one loop serves whatever has come, and nothing beside it.
  it.skipIf(mode === 'inline')('refuses what is beyond its bound, names it, and serves again', async () => {
    const bounds = { MAX_QUEUE: '3', MAX_LIVE_THREADS: '6', MAX_IN_FLIGHT: '3', MAX_WAITING: '3' };
    const narrow = await startTestGateway(mode, { ...running.world.env, ...bounds });
    await ready(narrow);
    const ask = () => fetch(`${narrow.url}/blocking?ops=300000000&chunks=2`);
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) expect(Object.keys(bounds)).toContain((await problemOf(one, 503, 'overloaded')).limit);
    expect(await metric(narrow.adminUrl, 'tasks_total', 'outcome="refused"')).toBe(refused.length);
    await waitFor('it serves again', async () => (await ask()).status < 300);
    await narrow.stop();
  });

  it.runIf(process.platform === 'linux')('computes on threads of the priority that it was told', async () => {
    // Where another process computes, that one's tests have it; the control's thread is the event loop's.
    if (mode === 'inline' || !(await scrape(running.gateway.adminUrl)).text.includes('task_compute_cpu_seconds_total'))
      return;
    const other = await startTestGateway(mode, { ...running.world.env, COMPUTE_NICE: '7' });
    const leave = new AbortController();
    const task = fetch(`${other.url}/blocking?ops=2000000000&chunks=2`, { signal: leave.signal }).catch(() => {});
    await waitFor('two such threads', async () => niceOfThreads().filter((nice) => nice === 7).length >= 2);
    leave.abort();
    await task;
    await other.stop();
  });

  it('survives callers that leave, and is idle afterwards', async () => {
    const { port } = new URL(running.gateway.url);
    const before = await metric(running.gateway.adminUrl, 'tasks_total');
    const callers = Array.from({ length: 3 }, () => {
      const call = request({ port, path: '/blocking?ops=100000000', headers: NOW });
      call.on('error', () => {});
      call.end();
      return call;
    });
    await waitFor('all begun', async () => {
      const begun =
        (await metric(running.gateway.adminUrl, 'tasks_in_flight')) +
        (await metric(running.gateway.adminUrl, 'tasks_total'));
      return begun >= before + callers.length;
    });
    for (const call of callers) call.destroy();
    await waitFor('idle', async () => (await metric(running.gateway.adminUrl, 'tasks_in_flight')) === 0);
    const after = await fetch(`${running.gateway.url}/blocking?ops=10&chunks=1`, { headers: NOW });
    expect(after.status).toBe(200);
  });

  it('lives without what it depends on, says so, and recovers by itself', async () => {
    if (!running.world.lose || !running.world.restore)
      return expect((await fetch(`${running.gateway.url}/readyz`)).status).toBe(200);
    await running.world.lose();
    const refused = await fetch(`${running.gateway.url}/blocking`, { signal: AbortSignal.timeout(1_500) });
    expect(refused.headers.get('retry-after')).toMatch(/^[1-5]$/);
    await problemOf(refused, 503, 'upstream_down');
    expect((await fetch(`${running.gateway.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${running.gateway.url}/non-blocking`)).status).toBe(200);
    expect((await fetch(`${running.gateway.url}/healthz`)).status).toBe(200);
    await fetch(`${running.gateway.adminUrl}/metrics`, { signal: AbortSignal.timeout(5_000) });
    const late = await startTestGateway(mode, running.world.env);
    await problemOf(await fetch(`${late.url}/blocking`, { signal: AbortSignal.timeout(1_500) }), 503, 'upstream_down');
    expect((await fetch(`${late.url}/readyz`)).status).toBe(503);

    await running.world.restore();
    await waitFor('ready again', async () => (await fetch(`${running.gateway.url}/readyz`)).ok);
    await waitFor('the late one ready, too', async () => (await fetch(`${late.url}/readyz`)).ok);
    await late.stop();
    await waitFor(
      'served again',
      async () => (await fetch(`${running.gateway.url}/blocking?ops=9`, { headers: NOW })).status === 200,
    );
  });

  it('finishes what is in hand when told to stop, and closes clean', async () => {
    const other = await startTestGateway(mode, running.world.env);
    await ready(other);
    const answers = Array.from({ length: 4 }, () => fetch(`${other.url}/blocking?ops=100000000`, { headers: NOW }));
    await waitFor('all begun', async () => {
      const begun = (await metric(other.adminUrl, 'tasks_in_flight')) + (await metric(other.adminUrl, 'tasks_total'));
      return begun >= answers.length;
    });
    const stopped = other.stop();
    for (const response of await Promise.all(answers)) expect([200, 202]).toContain(response.status);
    await stopped;
    await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
    await expect(fetch(`${other.adminUrl}/healthz`)).rejects.toThrow();
  });
});
