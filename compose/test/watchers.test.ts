/** RUNTIME=local scrapes with compose.yaml's own configuration; only where the targets are differs. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { takenPorts } from '../src/ports.ts';
import { services } from '../src/services.ts';
import { readSettings, readShared, root, runDir } from '../src/settings.ts';
import { dashboardUrl, prometheusConfig, scrapeTargets, watchers } from '../src/watchers.ts';

const plan = { service: '0', generator: '1', redis: '0', serviceCores: 1 };
const local = (variables: Record<string, string>) => {
  const settings = readSettings(variables);
  return { settings, services: services(settings, readShared({}), plan) };
};

interface Job {
  job_name: string;
  dns_sd_configs?: object[];
  file_sd_configs?: { files: string[] }[];
}

it('has the jobs of the containers, each with its addresses in a file', () => {
  const read = (text: string) => parse(text) as { scrape_configs: Job[]; rule_files: string[] };
  const containers = read(readFileSync(join(root, 'compose/prometheus/prometheus.yml'), 'utf8'));
  const processes = read(prometheusConfig());
  const rest = (jobs: Job[]) => jobs.map(({ dns_sd_configs: _dns, file_sd_configs: _file, ...same }) => same);
  expect(rest(processes.scrape_configs)).toEqual(rest(containers.scrape_configs));
  const { settings, services } = local({ MODE: 'all' });
  for (const { job_name, file_sd_configs, dns_sd_configs } of processes.scrape_configs) {
    expect(dns_sd_configs).toBeUndefined();
    expect(file_sd_configs?.[0]?.files).toEqual([`targets/${job_name}.json`]);
    expect(Object.keys(scrapeTargets(settings, services))).toContain(job_name);
  }
  // Prometheus reads paths from where its configuration is.
  expect(processes.rule_files.map((file) => resolve(runDir, file))).toEqual([
    join(root, 'compose/prometheus/rules.yml'),
  ]);
});

it('finds every copy of a service', () => {
  const { settings, services } = local({ MODE: 'queue', WORKERS: '3', GATEWAYS: '2' });
  const targets = scrapeTargets(settings, services);
  expect(targets.gateway).toEqual(['127.0.0.1:9464', '127.0.0.1:9484']);
  expect(targets['rust-worker']).toHaveLength(3);
  expect(targets['rust-microservice']).toEqual([]);
  expect(targets.loadgen).toEqual(['127.0.0.1:9467']);
});

/** With these programs on PATH and no others. */
function installed<T>(programs: string[], work: () => T): T {
  const path = process.env.PATH;
  const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-path-'));
  for (const program of programs) writeFileSync(join(folder, program), '', { mode: 0o755 });
  try {
    process.env.PATH = folder;
    return work();
  } finally {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  }
}

it('is left out on request, and says in one line what is missing', () => {
  const { settings, services } = local({ MODE: 'queue' });
  expect(watchers({ ...settings, OBSERVABILITY: 'off' }, services, '1')).toEqual({ services: [], missing: [] });
  const none = installed([], () => watchers(settings, services, '1'));
  expect(none.services).toEqual([]);
  expect(none.missing).toEqual([expect.stringMatching(/^no Prometheus on PATH.*apt-get install prometheus$/)]);
});

it('watches with what is installed, keeps and looks back as the containers do, and is for this machine only', () => {
  const queue = local({ MODE: 'queue' });
  const programs = ['prometheus', 'prometheus-redis-exporter'];
  const { services, missing } = installed(programs, () => watchers(queue.settings, queue.services, '1'));
  expect(services.map(({ name }) => name)).toEqual(['prometheus', 'redis-exporter']);
  expect(missing).toEqual([expect.stringMatching(/^no Grafana on PATH/)]);
  const { prometheus } = parse(readFileSync(join(root, 'compose/compose.yaml'), 'utf8'), { merge: true }).services;
  const memory = (command: readonly string[]) => command.filter((word) => /retention|lookback|feature/.test(word));
  expect(memory(services[0]?.command ?? [])).toEqual(memory(prometheus.command));
  for (const { command, cpus, ports } of services) {
    expect(command.join(' ')).toContain(`listen-address=127.0.0.1:${Object.values(ports)[0]}`);
    expect(cpus).toBe('1');
  }
  const pool = local({ MODE: 'pool' });
  const fewer = installed(programs, () => watchers(pool.settings, pool.services, '1'));
  expect(fewer.services.map(({ name }) => name)).toEqual(['prometheus']);
});

it.each(['PROMETHEUS_PORT', 'REDIS_EXPORTER_PORT'])(
  'names the variable of its port that is taken: %s',
  async (name) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const { settings, services } = local({ MODE: 'queue', [name]: String(port) });
    const watching = installed(['prometheus', 'redis_exporter'], () => watchers(settings, services, '1')).services;
    const lines = await takenPorts(watching.filter(({ ports }) => name in ports));
    holder.close();
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^port ${port} for .* is taken.*choose another with ${name}=$`)),
    ]);
  },
);

it('a link leads to exactly the time of a run', () => {
  const { settings } = local({ MODE: 'pool', GRAFANA_PORT: '3131' });
  expect(dashboardUrl(settings, 1_000, 2_000)).toBe(
    'http://127.0.0.1:3131/d/heavy-lifter-overview?from=1000&to=2000&var-mode=pool',
  );
});
