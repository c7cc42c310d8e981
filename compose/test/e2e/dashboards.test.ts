/**
 * What the dashboards show of a real bench in every mode and of a fault: every expression, annotation and variable is asked
 * of the stack's own Prometheus over the time of the runs. Containers bring one; processes need an installed one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modeNames } from '../../../gateway/src/mode-names.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { drawn, files, labelValues, questions, substituted } from '../../../grafana/test/support/dashboards.ts';
import { brokenPanels } from '../../../grafana/test/support/panels.ts';
import { browserTest } from '../../../loadgen/test/support/browser.ts';
import { exemplarsOf, labelValuesOf, now, queryAt, queryRange, type Range, type Series } from './prometheus.ts';
import { gatewayUrl, make, short } from './support.ts';

/** What may be empty, with the reason. Everything else has data. */
const MAY_BE_EMPTY: Record<string, string> = {};

const watched = { OBSERVABILITY: 'on' };
const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-dashboards-'));
let range: Range;
let chaos: Range;
const rangeS = () => Math.ceil(range.to - range.from);

async function succeeds(target: string, variables: Record<string, string>): Promise<void> {
  const { code, output } = await make(target, { ...variables, ...watched, RESULTS_DIR });
  expect(code, output).toBe(0);
}

/** One bench after the other, a killed worker under load, and a worker that stays away until that is noticed. */
beforeAll(async () => {
  const from = now();
  // The queue last: the faults are its.
  for (const mode of [...modeNames.filter((name) => name !== 'queue'), 'queue'])
    await succeeds('bench', { ...short, DURATION: '3', MODE: mode });
  const chaosFrom = now();
  await succeeds('chaos', { MODE: 'queue', TARGET: 'rust-worker', FAULT: 'KILL', ROUNDS: '2' });
  chaos = { from: chaosFrom, to: now() };
  await succeeds('stop', { SERVICE: 'rust-worker' });
  // For as long as a dashboard needs to show it.
  const shown = async () => (await queryRange(firing('NoWorker'), { from, to: now() })).some(lasts);
  await waitFor('the alert', shown, 60_000);
  await succeeds('start', { SERVICE: 'rust-worker' });
  range = { from, to: now() };
}, 600_000);

afterAll(async () => {
  rmSync(RESULTS_DIR, { recursive: true });
  await make('down');
});

const lasts = ({ points }: Series) => points.length > 1;
const firing = (alert: string) => `ALERTS{alertname="${alert}",alertstate="firing"}`;

const ask = (expr: string, instant: boolean): Promise<Series[]> => {
  const query = substituted(expr, rangeS());
  return instant ? queryAt(query, range.to) : queryRange(query, range);
};

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

describe('show a killed worker', () => {
  const values = (series: Series[], { from, to }: Range) =>
    series.flatMap(({ points }) => points.filter(([at]) => at >= from && at < to).map(([, value]) => value));
  const mean = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

  it('as a marker, a dip and a recovery', async () => {
    const [fault, ...others] = await queryRange('chaos_fault == 1', chaos);
    expect(others).toEqual([]);
    expect(fault?.metric).toMatchObject({ service: 'rust-worker', fault: 'KILL' });
    const marked = fault?.points.map(([at]) => at) ?? [];
    const [first = 0, second = 0, ...more] = marked.filter((at, n) => at - (marked[n - 1] ?? 0) > 2);
    expect(second).toBeGreaterThan(first);
    expect(more).toEqual([]);

    // The process of before, and one after each fault.
    const starts = values(await queryRange('process_start_time_seconds{job="rust-worker"}', chaos), chaos);
    expect(new Set(starts).size).toBe(3);

    // From when the load shows whole, to the next fault.
    const between = { from: first + 3, to: second };
    const accepted = mean(values(await queryRange('mode:tasks_accepted:rate5s{mode="queue"}', chaos), between));
    const completed = values(await queryRange('mode:tasks_completed:rate5s{mode="queue"}', chaos), between);
    const lowest = Math.min(...completed);
    const highest = Math.max(...completed.slice(completed.indexOf(lowest)));
    const [load, dip, recovery] = [accepted, lowest, highest].map(Math.round);
    console.log(`accepted ${load}/s throughout; completed ${dip}/s at worst, ${recovery}/s when it caught up`);
    expect(accepted).toBeGreaterThan(0);
    expect(lowest).toBeLessThan(0.8 * accepted);
    expect(highest).toBeGreaterThan(0.9 * accepted);
  });

  it('as jobs that were started again, and an absent one as an alert', async () => {
    const again = values(await queryRange('job_attempts_total{outcome="stalled"}', chaos), chaos);
    expect(Math.max(...again)).toBeGreaterThan(0);
    expect(await queryRange(firing('DuplicateExecutions'), range)).not.toEqual([]);
    expect(await queryRange(firing('NoWorker'), range)).not.toEqual([]);
  });
});

it('lead from a latency to the request that had it', async () => {
  const id = `exemplar-${Date.now()}`;
  const from = now();
  await fetch(`${gatewayUrl}/blocking?ops=1000&chunks=1`, { headers: { 'x-request-id': id } });
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
  await succeeds('up', { MODE: 'inline' });
  const runs = await queryRange('count by (run) (bench_phase{phase="measure"})', range);
  expect(runs.length).toBe(modeNames.length);
});
