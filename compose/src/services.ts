/** The services as processes: the short list that `compose.yaml` states for containers. */
import { limitsOf } from './limits.ts';
import { livePage } from './live-page.ts';
import { CEILINGS, LIVE, microserviceOf, modesOf, portNames } from './modes.ts';
import type { CpuPlan } from './plan.ts';
import type { Settings, Shared } from './settings.ts';

export interface Service {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** As taskset takes them; empty: anywhere. */
  readonly cpus: string;
  /** Answers with a 2xx, or with PONG, when the service is up. */
  readonly health: string;
  /** Ports it listens on, by the variable that moves them. */
  readonly ports: Readonly<Record<string, number>>;
  /** What must be healthy before it is started. */
  readonly dependsOn: readonly string[];
  /** It is killed above this. */
  readonly memoryBytes: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
  /** Its program is ours: with `--check` it says what is wrong with its settings and does nothing else. */
  readonly checks: boolean;
  /** For people. */
  readonly url?: string;
}

/** From a copy's admin port to the next one's: clear of every other default. */
const COPY_PORT_STEP = 20;

export function services(settings: Settings, shared: Shared, plan: CpuPlan): Service[] {
  const wanted = modesOf(settings);
  const threads = settings.THREADS ?? String(plan.serviceCores);
  const { graceMs, redisDataBytes } = limitsOf(shared, Number(threads));
  const common = { ...shared.env, HOST: '127.0.0.1', THREADS: threads };
  const redisUrl = `redis://127.0.0.1:${settings.REDIS_PORT}`;
  const microserviceUrl = `http://127.0.0.1:${settings.MICROSERVICE_PORT}`;
  const list: Service[] = [];

  if (wanted.includes('queue') || wanted.includes(CEILINGS)) {
    list.push({
      name: 'redis',
      command: ['redis-server', 'compose/redis.conf', ...redisPlace(settings.REDIS_PORT, redisDataBytes)],
      env: settings.DISK_FAULT_FILE ? badDisk(settings.DISK_FAULT_FILE) : {},
      cpus: plan.redis,
      health: redisUrl,
      ports: { REDIS_PORT: settings.REDIS_PORT },
      dependsOn: [],
      memoryBytes: shared.memory.redis,
      graceMs,
      checks: false,
    });
    const { CONCURRENCY } = settings;
    const env = { ...common, REDIS_URL: redisUrl, ...(CONCURRENCY ? { CONCURRENCY } : {}) };
    const worker = rust('rust-worker', env, { WORKER_ADMIN_PORT: settings.WORKER_ADMIN_PORT }, ['redis']);
    list.push(...copies(worker, settings.WORKERS));
  }
  if (wanted.includes('microservice')) {
    const ports = {
      MICROSERVICE_ADMIN_PORT: settings.MICROSERVICE_ADMIN_PORT,
      MICROSERVICE_PORT: settings.MICROSERVICE_PORT,
    };
    const name = microserviceOf(settings);
    list.push(name === 'node-service' ? node(name, ports) : rust(name, common, ports, []));
  }
  if (settings.MODE === CEILINGS) return [...list, ceilings()];
  list.push(...wanted.flatMap((mode) => copies(gateway(mode), settings.GATEWAYS)));
  return settings.MODE === LIVE ? [...list, { ...livePage(settings, list, plan, common), graceMs }] : list;

  function rust(
    name: string,
    env: Record<string, string>,
    ports: Record<string, number>,
    dependsOn: string[],
  ): Service {
    const [adminPort, port] = Object.values(ports);
    return {
      name,
      command: [`target/release/${name}`],
      env: { ...env, ADMIN_PORT: String(adminPort), ...(port ? { PORT: String(port) } : {}) },
      cpus: plan.service,
      health: `http://127.0.0.1:${adminPort}/healthz`,
      ports,
      dependsOn,
      memoryBytes: shared.memory.rust,
      graceMs,
      checks: true,
    };
  }

  /** In the gateway's image in containers, and as bounded as it is. */
  function node(name: string, ports: Record<string, number>): Service {
    const command = [process.execPath, '--max-semi-space-size=32', `gateway/dist/${name}.js`];
    return { ...rust(name, common, ports, []), command, memoryBytes: shared.memory.gateway };
  }

  function ceilings(): Service {
    const url = `http://127.0.0.1:${settings.PORT}`;
    return {
      name: CEILINGS,
      // As a gateway.
      command: [process.execPath, '--max-semi-space-size=32', 'loadgen/dist/ceilings/server.js'],
      env: { HOST: '127.0.0.1', PORT: String(settings.PORT), REDIS_URL: redisUrl },
      cpus: plan.service,
      health: `${url}/readyz`,
      ports: { PORT: settings.PORT },
      dependsOn: ['redis'],
      memoryBytes: shared.memory.gateway,
      graceMs,
      checks: true,
      url,
    };
  }

  function gateway(mode: string): Service {
    const { port: portName, adminPort: adminName } = portNames(mode, settings);
    const [port, adminPort] = [settings[portName], settings[adminName]];
    return {
      name: `gateway-${mode}`,
      // As in node.Dockerfile.
      command: [process.execPath, '--max-semi-space-size=32', 'gateway/dist/main.js'],
      env: {
        ...common,
        MODE: mode,
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        REDIS_URL: redisUrl,
        MICROSERVICE_URL: microserviceUrl,
        // From the start, so that more can be added to a gateway that runs.
        ...(mode === 'queue' && process.platform === 'linux' ? { REUSE_PORT: 'true' } : {}),
      },
      cpus: plan.service,
      health: `http://127.0.0.1:${adminPort}/readyz`,
      ports: { [portName]: port, [adminName]: adminPort },
      dependsOn: list.map(({ name }) => name).filter((name) => !/-\d+$/.test(name)),
      memoryBytes: mode === 'unpooled' ? shared.memory.unpooled : shared.memory.gateway,
      graceMs,
      checks: true,
      url: `http://127.0.0.1:${port}`,
    };
  }
}

/** The service itself and numbered copies of it, each with an admin port of its own; what they serve they share. */
function copies(service: Service, count: number): Service[] {
  return Array.from({ length: count }, (_, n) => {
    if (n === 0) return service;
    const adminPort = Number(service.env.ADMIN_PORT) + n * COPY_PORT_STEP;
    const [adminName = ''] = Object.entries(service.ports).find(([name]) => name.includes('ADMIN')) ?? [];
    const health = new URL(service.health);
    health.port = String(adminPort);
    const { url: _shared, ...own } = service;
    return {
      ...own,
      name: `${service.name}-${n + 1}`,
      env: { ...service.env, ADMIN_PORT: String(adminPort) },
      health: health.href,
      ports: { [adminName]: adminPort },
    };
  });
}

// Relative, here and below: services run in the checkout, whose own path may hold the spaces that these lists are split at.
function badDisk(file: string): Record<string, string> {
  return { LD_PRELOAD: 'target/libbad_disk.so', DISK_FAULT_FILE: file };
}

function redisPlace(port: number, dataBytes: number): string[] {
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', '.run/redis'];
  return [...place, '--maxmemory', String(dataBytes)];
}
