/**
 * What the dashboards show of a real bench in every mode and of a fault: every expression, annotation and variable is asked
 * of the stack's own Prometheus over the time of the runs. Containers bring one; processes need an installed one.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modeNames } from '../../../gateway/src/mode-names.ts';
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { drawn, files, labelValues, questions, substituted } from '../../../grafana/test/support/dashboards.ts';
import { brokenPanels } from '../../../grafana/test/support/panels.ts';
import { browserTest } from '../../../loadgen/test/support/browser.ts';
import { exemplarsOf, labelValuesOf, now, queryAt, queryRange, type Range, type Series } from './prometheus.ts';
import { expectBench, expectNothingLost } from './promises.ts';
import { gatewayUrl, make } from './support.ts';
import { type Bench, firing, type Runs, watched, watchedRuns } from './watched.ts';

/** What may be empty, with the reason. Everything else has data. */
const MAY_BE_EMPTY: Record<string, string> = {};

let runs: Runs;
let range: Range;
let chaos: Range;
const rangeS = () => Math.ceil(range.to - range.from);

beforeAll(async () => {
  runs = await watchedRuns();
  ({ range, chaos } = runs);
}, 600_000);

afterAll(async () => {
  rmSync(runs.resultsDir, { recursive: true });
  await make('down');
});

const ask = (expr: string, instant: boolean): Promise<Series[]> => {
  const query = substituted(expr, rangeS());
  return instant ? queryAt(query, range.to) : queryRange(query, range);
};

describe.each(modeNames)('make bench MODE=%s', (mode) => {
  it('exits with 0 and leaves a valid result whose counts add up', () => {
    const { made, result, durationS } = runs.benches.get(mode) as Bench;
    expectBench(mode, made, result, durationS);
  });
});

it('a queue whose worker is killed loses nothing, and starts the job in hand again', () => {
  expectNothingLost(runs.killed);
});

it('a queue whose worker is paused loses nothing', () => {
  const { cells } = runs.paused.result;
  expect(cells).toMatchObject([{ target: 'rust-worker', fault: 'PAUSE', counts: { lost: 0, failed: 0, open: 0 } }]);
});

it('have data in every expression and annotation', async () => {
  const asked = files.flatMap(([, dashboard]) => questions(dashboard));
  const empty: string[] = [];
  for (const { where, expr, instant } of asked) if ((await ask(expr, instant)).length === 0) empty.push(where);
  const panels = files.flatMap(([, dashboard]) => drawn(dashboard));
  console.log(
    `${files.length} dashboards, ${panels.length} panels, ${asked.length} expressions over ${rangeS()} s: ${empty.length} empty`,
  );
  expect(empty).toEqual(Object.keys(MAY_BE_EMPTY));
});

it('offer every mode that there is', async () => {
  for (const [, { templating }] of files)
    for (const { query } of templating.list) {
      const { match, label } = labelValues(query);
      expect((await labelValuesOf(label, match, range)).sort()).toEqual([...modeNames].sort());
    }
});

it('have a row for each mode on the scoreboard', async () => {
  const [, overview] = files.find(([file]) => file === 'overview.json') ?? [];
  const table = overview?.panels.find(({ type }) => type === 'table');
  expect(table?.targets?.length).toBeGreaterThan(5);
  for (const { expr } of table?.targets ?? []) {
    const modes = (await ask(expr, true)).map(({ metric }) => metric.mode);
    expect(modes.sort(), expr).toEqual([...modeNames].sort());
  }
});

describe('show a worker that is paused and one that is killed', () => {
  const values = (series: Series[], { from, to }: Range) =>
    series.flatMap(({ points }) => points.filter(([at]) => at >= from && at < to));
  const numbers = (series: Series[], range: Range) => values(series, range).map(([, value]) => value);

  it('as markers, a dip and a recovery', async () => {
    // The generator is on several networks, and may be found by the address of another one from time to time.
    const faults = await queryRange('max by (service, fault) (chaos_fault) == 1', chaos);
    expect(faults.map(({ metric }) => [metric.service, metric.fault]).sort()).toEqual([
      ['rust-worker', 'KILL'],
      ['rust-worker', 'PAUSE'],
    ]);
    const marker = (name: string) => {
      const at = faults.find(({ metric }) => metric.fault === name)?.points.map(([time]) => time) ?? [];
      // One marker each, not several.
      expect(at.filter((time, n) => time - (at[n - 1] ?? time) > 2)).toEqual([]);
      return { from: Math.min(...at), to: Math.max(...at) };
    };
    const [pause, kill] = [marker('PAUSE'), marker('KILL')];
    expect(kill.from).toBeGreaterThan(pause.to);

    // The process that was paused and then killed, and the one after it. Before, the stack may have been started anew.
    const since = { from: pause.from - 2, to: chaos.to };
    const starts = numbers(await queryRange('process_start_time_seconds{job="rust-worker"}', since), since);
    expect(new Set(starts).size).toBe(2);

    // A process that is stopped for as long as a rate looks back completes nothing, on whatever machine.
    const accepted = new Map(values(await queryRange('mode:tasks_accepted:rate5s{mode="queue"}', chaos), chaos));
    const completed = values(await queryRange('mode:tasks_completed:rate5s{mode="queue"}', chaos), chaos);
    const hurt = { from: pause.from, to: kill.from };
    const [dip = Number.NaN] = completed
      .filter(([at, rate]) => at >= hurt.from && at < hurt.to && rate === 0 && (accepted.get(at) ?? 0) > 0)
      .map(([at]) => at);
    expect(dip).not.toBeNaN();
    expect(completed.some(([at, rate]) => at > dip && rate > 0)).toBe(true);

    const backlog = await queryRange('mode:backlog:jobs{mode="queue"}', range);
    const behind = Math.max(...numbers(backlog, hurt));
    expect(behind).toBeGreaterThan(0);
    expect(numbers(backlog, { from: dip, to: range.to })).toContain(0);
    console.log(
      `${Math.round(accepted.get(dip) ?? 0)}/s accepted while nothing was completed; ${behind} jobs behind at worst, then none`,
    );
  });

  it('as jobs that were started again, and an absent one as an alert', async () => {
    const again = numbers(await queryRange('job_attempts_total{outcome="stalled"}', chaos), chaos);
    expect(Math.max(...again)).toBeGreaterThan(0);
    expect(await queryRange(firing('DuplicateExecutions'), range)).not.toEqual([]);
    expect(await queryRange(firing('NoWorker'), range)).not.toEqual([]);
  });
});

it('lead from a latency to the request that had it', async () => {
  const id = `exemplar-${Date.now()}`;
  const from = now();
  await askAgain(`${gatewayUrl}/blocking?ops=1000&chunks=1`, { 'x-request-id': id });
  const asked = files.flatMap(([, dashboard]) => drawn(dashboard).flatMap(({ targets = [] }) => targets));
  const exprs = asked.filter(({ exemplar }) => exemplar).map(({ expr }) => substituted(expr, rangeS()));
  expect(exprs).toHaveLength(3);
  for (const expr of exprs)
    await waitFor(`the exemplar in ${expr}`, async () =>
      (await exemplarsOf(expr, { from, to: now() + 1 })).some(({ request_id }) => request_id === id),
    );
});

/** Where one answers, e.g. the stack's own at the port of support.ts. */
const grafana = process.env.GRAFANA_URL;

describe.runIf(grafana)('in Grafana', () => {
  it.each(files)('%s is there, and its panels get data', async (_file, dashboard) => {
    const response = await fetch(`${grafana}/api/dashboards/uid/${dashboard.uid}`);
    expect(response.status).toBe(200);
    const loaded = (await response.json()) as { dashboard: typeof dashboard };
    expect(loaded.dashboard.panels.map(({ title }) => title)).toEqual(dashboard.panels.map(({ title }) => title));
    for (const { title, targets = [] } of drawn(dashboard)) {
      // What the browser would put in; the rest Grafana does itself.
      const queries = targets.map((target) => ({
        ...target,
        expr: target.expr.replaceAll('$mode', '.+'),
        intervalMs: 1_000,
        maxDataPoints: 1_000,
      }));
      const answer = await fetch(`${grafana}/api/ds/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          queries,
          from: String(Math.floor(range.from * 1_000)),
          to: String(Math.ceil(range.to * 1_000)),
        }),
      });
      const { results } = (await answer.json()) as { results: Record<string, { error?: string; frames?: unknown[] }> };
      for (const { refId } of targets) {
        expect(results[refId]?.error, `${title} ${refId}`).toBeUndefined();
        expect(results[refId]?.frames?.length, `${title} ${refId}`).toBeGreaterThan(0);
      }
    }
  });

  browserTest.for(files)('%s shows no error in a browser', async ([, dashboard], { open }) => {
    const time = { from: Math.floor(range.from * 1_000), to: Math.ceil(range.to * 1_000) };
    const { page } = await open();
    const address = `${grafana}/d/${dashboard.uid}?from=${time.from}&to=${time.to}&var-mode=$__all&refresh=`;
    expect(await brokenPanels(page, address, dashboard)).toEqual([]);
  });
});

it('keep their history when the stack is taken down', async () => {
  expect((await make('down')).code).toBe(0);
  expect((await make('up', { MODE: 'inline', ...watched })).code).toBe(0);
  const measured = await queryRange('count by (run) (bench_phase{phase="measure"})', range);
  expect(measured.length).toBe(modeNames.length);
});
