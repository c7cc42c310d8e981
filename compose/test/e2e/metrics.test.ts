/** The services' metrics and Prometheus's rules, by promtool's judgement, and held against the dashboards. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { files, labelValues, metricsIn, questions, substituted } from '../../../grafana/test/support/dashboards.ts';
import { root } from '../../src/settings.ts';
import { targets } from './prometheus.ts';
import { allModes, begin, docker, make, ports, project, short } from './support.ts';

/** Of ours, what no dashboard and no rule shows. */
const UNUSED: [RegExp, why: string][] = [
  [/^nodejs_(active_|external_|heap_space_|version_)/, 'prom-client brings them; the heap and the lag tell enough'],
  [/^nodejs_eventloop_lag_(min|stddev|p50|p90)?_?seconds$/, 'mean, p99 and maximum are shown'],
  [
    /^process_(cpu_(user|system)_seconds_total|max_fds|virtual_memory_(max_)?bytes|heap_bytes)$/,
    'sums or limits of what is shown',
  ],
];
/** What promtool dislikes and is not ours to change: prom-client's names, and what BullMQ's own exporter says. */
const FOREIGN = /^(nodejs_active_(handles|requests|resources)_total|bullmq_job_count) /;
/** At this many series a gateway would cost Prometheus more than it tells. */
const MAX_SERIES = 2_000;

const inPrometheus = (script: string) =>
  spawnSync('docker', ['exec', `${project}-prometheus-1`, 'sh', '-c', script], { encoding: 'utf8' });

/** What each service answers, by its job and address. */
const outputs = new Map<string, string>();

async function readTargets(): Promise<void> {
  for (const { labels, scrapeUrl, health } of await targets()) {
    if (health !== 'up' || labels.job === 'redis') continue;
    outputs.set(`${labels.job} ${labels.instance}`, inPrometheus(`wget -qO- ${scrapeUrl}`).stdout);
  }
}

let said: string;

beforeAll(async () => {
  const { code, output } = await make('up', allModes);
  expect(code, output).toBe(0);
  said = output;
  await waitFor(
    'all targets',
    async () => (await targets()).filter(({ health }) => health === 'up').length === 7,
    30_000,
  );
  // The Rust services name a metric when they first use it.
  for (const mode of ['POOL', 'MICROSERVICE', 'QUEUE'] as const)
    await askAgain(`http://127.0.0.1:${ports[`PORT_${mode}`]}/blocking?ops=1000`, { prefer: 'wait=10' });
  await readTargets();
  // The generator answers only while it runs.
  const bench = begin('bench', { ...short, MODE: 'queue', OBSERVABILITY: 'on' });
  await waitFor(
    'the generator',
    async () => (await targets()).some(({ labels, health }) => labels.job === 'loadgen' && health === 'up'),
    60_000,
  );
  await readTargets();
  const ended = await bench.ended;
  expect(ended.code, ended.output).toBe(0);
});

const families = () =>
  new Set([...outputs.values()].flatMap((text) => [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)));
const family = (metric: string) => metric.replace(/_(bucket|sum|count)$/, '');

it('Grafana is there, or it is said in one line why not', () => {
  const address = docker('ps', '--filter', `name=${project}-grafana-1`, '--format', '{{.Ports}}');
  if (address.length > 0) expect(said).toContain(`dashboards: http://127.0.0.1:${ports.GRAFANA_PORT}`);
  else {
    expect(said).toMatch(/^going on without grafana: the image grafana\/grafana:\S+ cannot be had \(.+\)$/m);
    expect(said).not.toContain('dashboards:');
  }
});

it('are named as promtool wants it', () => {
  const jobs = new Set([...outputs.keys()].map((name) => name.split(' ')[0]));
  expect([...jobs].sort()).toEqual(['gateway', 'loadgen', 'rust-microservice', 'rust-worker']);
  for (const [job, text] of outputs) {
    const { stdout, stderr } = spawnSync(
      'docker',
      ['exec', '-i', `${project}-prometheus-1`, 'promtool', 'check', 'metrics'],
      {
        input: text,
        encoding: 'utf8',
      },
    );
    const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line && !FOREIGN.test(line));
    expect(complaints, job).toEqual([]);
  }
});

it('are few: no label grows with requests', () => {
  for (const [job, text] of outputs) {
    const series = text.split('\n').filter((line) => line && !line.startsWith('#')).length;
    expect(series, job).toBeGreaterThan(10);
    expect(series, job).toBeLessThan(MAX_SERIES);
  }
});

it('are all shown or known not to be, and what is shown exists', () => {
  const { groups } = parse(readFileSync(join(root, 'compose/prometheus/rules.yml'), 'utf8'));
  const rules: { record?: string; expr: string }[] = groups.flatMap(({ rules }: { rules: [] }) => rules);
  const recorded = rules.map(({ record }) => record);
  const named = [
    ...files.flatMap(([, dashboard]) => questions(dashboard).map(({ expr }) => substituted(expr, 60))),
    ...files.flatMap(([, { templating }]) => templating.list.map(({ query }) => labelValues(query).match)),
    ...rules.map(({ expr }) => expr),
  ].flatMap(metricsIn);
  const own = families();

  // Prometheus's own, and Redis's by its exporter; that they have data is for dashboards.test.ts to say.
  const foreign = (name: string) => /^(up|ALERTS|redis_.+)$/.test(name) || recorded.includes(name);
  expect(named.filter((name) => !foreign(name) && !own.has(name) && !own.has(family(name)))).toEqual([]);

  const shown = new Set(named.flatMap((name) => [name, family(name)]));
  const unused = [...own].filter((name) => !shown.has(name));
  expect(unused.filter((name) => !UNUSED.some(([pattern]) => pattern.test(name)))).toEqual([]);
  for (const [pattern] of UNUSED)
    expect(
      unused.some((name) => pattern.test(name)),
      String(pattern),
    ).toBe(true);
  console.log(`${own.size} metrics of ours, ${own.size - unused.length} shown, ${unused.length} listed as not shown`);
});

it.each([
  ['check', 'config', 'prometheus.yml'],
  ['check', 'rules', 'rules.yml'],
  ['test', 'rules', 'rules.test.yml'],
])('promtool %s %s %s', (...[verb, what, file]) => {
  const { status, stdout, stderr } = inPrometheus(`promtool ${verb} ${what} /etc/prometheus/${file}`);
  expect(status, `${stdout}${stderr}`).toBe(0);
  expect(stdout).toContain('SUCCESS');
});
