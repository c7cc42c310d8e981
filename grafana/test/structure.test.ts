/** The files that Grafana reads. Whether their queries find anything is for compose/test/e2e/dashboards.test.ts to say. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { modeNames } from '../../gateway/src/mode-names.ts';
import { dashboards } from '../src/dashboards.ts';
import {
  files as all,
  drawn as drawnOf,
  labelValues,
  metricsIn,
  questions,
  substituted,
} from './support/dashboards.ts';

const grafana = new URL('../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, grafana), 'utf8');
const [provisioned] = parse(text('provisioning/datasources/prometheus.yml')).datasources;
const DATASOURCE = { type: provisioned.type, uid: provisioned.uid };

it('there is a file for each dashboard, up to date', () => {
  expect(all.map(([file]) => file).sort()).toEqual(
    Object.keys(dashboards)
      .map((name) => `${name}.json`)
      .sort(),
  );
  for (const [name, dashboard] of Object.entries(dashboards))
    expect(text(`dashboards/${name}.json`), 'npm run schemas').toBe(`${JSON.stringify(dashboard, null, 2)}\n`);
});

it('no two dashboards share an address or a title', () => {
  for (const key of ['uid', 'title'] as const)
    expect(new Set(all.map(([, dashboard]) => dashboard[key])).size).toBe(all.length);
});

describe.each(all)('%s', (_file, dashboard) => {
  const { panels, links, templating, annotations, tags } = dashboard;
  const drawn = drawnOf(dashboard);

  it('fills lines of 24 columns without a gap or an overlap', () => {
    const cells = new Set<string>();
    for (const { gridPos, title } of panels)
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(cells.has(`${x} ${y}`), title).toBe(false);
          cells.add(`${x} ${y}`);
          expect(x).toBeLessThan(24);
        }
    const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(cells.size).toBe(24 * height);
  });

  it('numbers its panels and their queries', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { targets = [], title } of drawn) {
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
  });

  it('asks the datasource that is provisioned, and no other', () => {
    const asked = [...drawn, ...drawn.flatMap(({ targets = [] }) => targets), ...templating.list, ...annotations.list];
    for (const { datasource } of asked) expect(datasource).toEqual(DATASOURCE);
  });

  it('says of each panel what to read, in which unit, from 0', () => {
    for (const { title, description = '', fieldConfig } of drawn) {
      expect(description.length, title).toBeGreaterThan(15);
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(fieldConfig?.defaults.min, title).toBe(0);
      expect(fieldConfig?.defaults.thresholds?.steps.length, title).toBeGreaterThan(0);
    }
    expect(new Set(drawn.map(({ title }) => title)).size).toBe(drawn.length);
  });

  it('leads to the others and keeps the time range', () => {
    expect(links).toMatchObject([{ keepTime: true, includeVars: true, tags }]);
  });

  it('has the one variable, and all annotations', () => {
    expect(templating.list).toMatchObject([{ name: 'mode', multi: true, includeAll: true }]);
    expect(annotations.list.map(({ name }) => name)).toEqual(['Starts', 'Faults', 'Bench phases']);
  });

  it('names no mode but the one whose page it is', () => {
    for (const { targets = [], title } of drawn)
      for (const { expr } of targets)
        for (const mode of modeNames.filter((name) => name !== 'queue'))
          expect(expr, title).not.toContain(`mode="${mode}"`);
  });

  it('asks in PromQL, of the modes that are chosen', () => {
    const asked = questions(dashboard);
    expect(asked.length).toBeGreaterThan(10);
    for (const { expr, where } of asked) {
      const names = metricsIn(substituted(expr, 60));
      expect(names.length, where).toBeGreaterThan(0);
      // Faults and alerts are of services, which no mode owns alone.
      if (!names.some((name) => /^(chaos_fault|ALERTS|up)$/.test(name)))
        expect(expr.match(/\$mode/g)?.length, where).toBe(names.length);
    }
    for (const { query } of templating.list) expect(metricsIn(labelValues(query).match)).toHaveLength(1);
  });
});
