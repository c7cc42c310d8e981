/** Who watches the stack: Prometheus, Redis's exporter and Grafana, where they are installed. Same files as in containers. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from './services.ts';
import { root, runDir, type Settings } from './settings.ts';
import { onPath } from './tools.ts';

const MIB = 2 ** 20;
const GRACE_MS = 10_000;
/** Where packages put what Grafana serves. */
const GRAFANA_HOMES = ['/usr/share/grafana', '/opt/homebrew/share/grafana', '/usr/local/share/grafana'];

export interface Watchers {
  readonly services: Service[];
  /** What is not there, and how to get it: a line each. */
  readonly missing: string[];
}

/** Those that can watch `watched`, on the generator's `cpus`. */
export function watchers(settings: Settings, watched: readonly Service[], cpus: string): Watchers {
  if (settings.OBSERVABILITY === 'off') return { services: [], missing: [] };
  if (!onPath('prometheus'))
    return { services: [], missing: ['no Prometheus on PATH, so no dashboards: e.g. sudo apt-get install prometheus'] };
  const exporter = ['redis_exporter', 'prometheus-redis-exporter'].find(onPath);
  const grafanaHome = onPath('grafana') && GRAFANA_HOMES.find(existsSync);
  const missing = grafanaHome ? [] : ['no Grafana on PATH, so no dashboards: https://grafana.com/grafana/download'];
  const common = { cpus, env: {}, dependsOn: [], graceMs: GRACE_MS, checks: false };
  const services: Service[] = [
    {
      ...common,
      name: 'prometheus',
      command: [
        'prometheus',
        `--config.file=${join(runDir, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(runDir, 'prometheus')}`,
        '--storage.tsdb.retention.time=7d',
        '--storage.tsdb.retention.size=1GB',
        '--query.lookback-delta=5s',
        '--enable-feature=exemplar-storage',
        `--web.listen-address=127.0.0.1:${settings.PROMETHEUS_PORT}`,
      ],
      health: `http://127.0.0.1:${settings.PROMETHEUS_PORT}/-/ready`,
      ports: { PROMETHEUS_PORT: settings.PROMETHEUS_PORT },
      memoryBytes: 512 * MIB,
    },
  ];
  if (exporter && watched.some(({ name }) => name === 'redis')) {
    services.push({
      ...common,
      name: 'redis-exporter',
      command: [exporter, `-web.listen-address=127.0.0.1:${settings.REDIS_EXPORTER_PORT}`],
      env: { REDIS_ADDR: `redis://127.0.0.1:${settings.REDIS_PORT}` },
      health: `http://127.0.0.1:${settings.REDIS_EXPORTER_PORT}/health`,
      ports: { REDIS_EXPORTER_PORT: settings.REDIS_EXPORTER_PORT },
      memoryBytes: 64 * MIB,
    });
  }
  if (grafanaHome) {
    services.push({
      ...common,
      name: 'grafana',
      command: ['grafana', 'server', `--homepath=${grafanaHome}`, `--config=${join(root, 'grafana/grafana.ini')}`],
      env: {
        PROMETHEUS_URL: `http://127.0.0.1:${settings.PROMETHEUS_PORT}`,
        DASHBOARDS_PATH: join(root, 'grafana/dashboards'),
        GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: join(root, 'grafana/dashboards/overview.json'),
        GF_PATHS_PROVISIONING: join(root, 'grafana/provisioning'),
        GF_PATHS_DATA: join(runDir, 'grafana'),
        GF_PATHS_LOGS: join(runDir, 'grafana/log'),
        GF_SERVER_HTTP_ADDR: '127.0.0.1',
        GF_SERVER_HTTP_PORT: String(settings.GRAFANA_PORT),
      },
      health: `http://127.0.0.1:${settings.GRAFANA_PORT}/api/health`,
      ports: { GRAFANA_PORT: settings.GRAFANA_PORT },
      memoryBytes: 512 * MIB,
    });
  }
  return { services, missing };
}

/** compose/prometheus/prometheus.yml with addresses in files, which Prometheus reads again when they change. Its paths start at .run/. */
export function prometheusConfig(): string {
  return readFileSync(join(root, 'compose/prometheus/prometheus.yml'), 'utf8')
    .replace('[rules.yml]', '[../compose/prometheus/rules.yml]')
    .replaceAll(
      /- job_name: (\S+)\n {4}dns_sd_configs: .*/g,
      '- job_name: $1\n    file_sd_configs: [{ files: [targets/$1.json], refresh_interval: 2s }]',
    );
}

/** Addresses to scrape, by Prometheus's name of the job. */
export function scrapeTargets(settings: Settings, services: readonly Service[]): Record<string, string[]> {
  const admin = (prefix: string) =>
    services
      .filter(({ name, env }) => name.startsWith(prefix) && env.ADMIN_PORT)
      .map(({ env }) => `127.0.0.1:${env.ADMIN_PORT}`);
  return {
    gateway: admin('gateway-'),
    'rust-microservice': admin('rust-microservice'),
    'node-service': admin('node-service'),
    'rust-worker': admin('rust-worker'),
    loadgen: [`127.0.0.1:${settings.METRICS_PORT}`],
    redis: services.some(({ name }) => name === 'redis-exporter') ? [`127.0.0.1:${settings.REDIS_EXPORTER_PORT}`] : [],
  };
}

/** Writes what Prometheus reads. */
export function writeScrapeConfig(settings: Settings, services: readonly Service[]): void {
  mkdirSync(join(runDir, 'targets'), { recursive: true });
  writeFileSync(join(runDir, 'prometheus.yml'), prometheusConfig());
  for (const [job, targets] of Object.entries(scrapeTargets(settings, services)))
    writeFileSync(join(runDir, 'targets', `${job}.json`), JSON.stringify([{ targets }]));
}

/** The overview, of a time range in milliseconds. */
export const dashboardUrl = ({ GRAFANA_PORT, MODE }: Settings, from: number, to: number): string =>
  `http://127.0.0.1:${GRAFANA_PORT}/d/heavy-lifter-overview?from=${from}&to=${to}&var-mode=${MODE}`;
