import { describe, expect, it } from 'vitest';
import { renderReport } from '../src/bench/report.ts';
import { renderScoreboard } from '../src/bench/scoreboard.ts';
import { exampleReport, exampleResult } from './support/runs.ts';

describe('the committed example', () => {
  it('is a result whose counts add up', () => {
    const { counts, queue, mode } = exampleResult();
    const { sent, ...ends } = counts;
    expect(mode).toBe('queue');
    expect(sent).toBeGreaterThan(0);
    expect(Object.values(ends).reduce((sum, n) => sum + n, 0)).toBe(sent);
    expect(queue?.accepted).toBe(counts.accepted);
    expect(queue?.completed).toBeGreaterThan(0);
  });

  it('has the report that this code writes', () => {
    expect(`${renderReport(exampleResult())}\n`).toBe(exampleReport());
  });
});

describe('a report', () => {
  it('says in its first line whether its figures compare', () => {
    const result = exampleResult();
    const [first, second] = renderReport({ ...result, comparable: false, notes: ['2 cores'] }).split('\n');
    expect(first).toBe('Not comparable with runs on other machines.');
    expect(second).toBe('- 2 cores');
    const good = renderReport({ ...result, comparable: true, notes: [] });
    expect(good.split('\n')[0]).toBe('Comparable with runs on other machines.');
  });

  it('keeps accepted and completed apart', () => {
    const result = exampleResult();
    const queue = { ...(result.queue as NonNullable<typeof result.queue>), completedDuring: 17 };
    const counts = { ...result.counts, accepted: 4242 };
    const text = renderReport({ ...result, queue, counts });
    expect(text).toMatch(/^\| accepted +\| +4,242 \|.*promises/m);
    expect(text).toMatch(/^\| completed during the load +\| +17 \|.*work/m);
  });

  it('has dashes where nothing was measured', () => {
    const result = exampleResult();
    const none = { count: 0, p50: null, p75: null, p90: null, p95: null, p99: null, p999: null, max: null, mean: null };
    expect(renderReport({ ...result, latencyMs: none })).toMatch(/^\| request[^|]*\| +- \| +- \| +- \| +- \| 0/m);
  });

  it('says when too few tasks were done for a percentile', () => {
    const { queue: _none, ...result } = exampleResult();
    const done = (count: number) => renderReport({ ...result, queue: null, latencyMs: { ...result.latencyMs, count } });
    expect(done(99)).toMatch(/^Too few tasks were done for a p99: of 99 /m);
    expect(done(100)).not.toContain('Too few');
  });

  it('says how far the machine was not ours, and what a task cost in CPU time', () => {
    const result = exampleResult();
    const cost = { computeCpuS: 0.0021, overheadUs: 250, nonBlockingUs: 30, bystanderUs: 400, acceptUs: 61 };
    const disturbance = { factor: 1.44, others: 0.3, steal: 0, stretch: 1.5, runQueue: 1 };
    const text = renderReport({ ...result, cost, disturbance });
    expect(text.split('\n')[0]).toMatch(/omparable with runs on other machines\. Machine disturbed: x1\.4\.$/);
    expect(text).toContain('Compute CPU: 2.1 ms a task');
    expect(text).toContain(
      'Overhead: 250 us of CPU a completed task, 220 us beyond an answer of /non-blocking (30 us).',
    );
    expect(text).toContain('Accepting: 61 us of gateway and Redis a job, beyond that.');
    expect(text).toMatch(/^\| disturbance +\| others had 30\.0 % of the services' cores, .*$/m);
  });

  it('tells why requests were not served, and names the limit', () => {
    const result = exampleResult();
    const counts = { ...result.counts, refused: 3 };
    const text = renderReport({ ...result, counts, reasons: { 'overloaded (MAX_QUEUE)': 3 } });
    expect(text).toContain('turned away at a bound (503)');
    expect(text).toContain('overloaded (MAX_QUEUE)');
  });

  it('tells when the generator itself was the bottleneck', () => {
    const result = exampleResult();
    const generator = { utilization: 0.97, saturated: true, skipped: 0 };
    expect(renderReport({ ...result, generator })).toContain('97.0 % busy: at its limit');
  });
});

describe('a scoreboard', () => {
  const queue = exampleResult();
  const pool = { ...queue, mode: 'pool', queue: null, counts: { ...queue.counts, ok: 5, accepted: 0 } };

  it('says in its first line whether the figures compare: only if all do', () => {
    const [first] = renderScoreboard([{ ...queue, comparable: true, notes: [] }, pool]).split('\n');
    expect(first).toBe('Not comparable with runs on other machines.');
  });

  it('has a row for each mode, with what was promised and what was done', () => {
    const text = renderScoreboard([queue, pool]);
    expect(text).toMatch(/^\| queue +\| [\d,]+ promised, [\d,]+ done in time/m);
    expect(text).toMatch(/^\| pool +\| 5 of [\d,]+ served/m);
  });

  it('shows a service that died', () => {
    const [name] = Object.keys(queue.resources) as [string];
    const resources = { ...queue.resources, [name]: { ...queue.resources[name], restarts: 2 } };
    expect(renderScoreboard([{ ...queue, resources } as typeof queue])).toContain('died 2 times');
    const js = {
      ...queue,
      mode: 'microservice',
      resources: { ...queue.resources, 'node-service': queue.resources[name] },
    };
    expect(renderScoreboard([js as typeof queue])).toMatch(/^\| microservice \(js\) /m);
  });
});
