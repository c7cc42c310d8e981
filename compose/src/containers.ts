/**
 * What `docker.sh` has to know before it can start anything, asked of the image `loadgen`, so that the host needs no Node:
 * prints the settings of compose.yaml, one NAME=value a line, and what is wrong with them. Lines behind `services ` are
 * for the services' own environment. A verb of the generator as a word has its settings checked, too.
 */
import { join } from 'node:path';
import { limitsOf, memoryProblems } from './limits.ts';
import { toldToLive } from './live-page.ts';
import { LIVE, microserviceOf, modesOf, portNames } from './modes.ts';
import { cpuProblems, planCpus } from './plan.ts';
import { type Listener, sharedPorts } from './ports.ts';
import { check } from './program.ts';
import { readAsked, refusal, root } from './settings.ts';

const [verb] = process.argv.slice(2);
const { settings, shared, problems } = readAsked(process.env);
const plan = planCpus(settings.CPUS, settings.REDIS_CPUS, true);
const threads = settings.THREADS ?? String(plan.serviceCores);
const modes = modesOf(settings);
const { gateway, unpooled, rust, redis } = shared.memory;
const limits = limitsOf(shared, Number(threads), Number(process.env.MAX_LIVE_THREADS ?? 0));

/** Published on loopback; the containers' own ports are nobody else's. */
const published: Listener[] = [
  ...modes.map((mode): Listener => {
    const { port } = portNames(mode, settings);
    return { name: `gateway-${mode}`, ports: { [port]: settings[port] } };
  }),
  ...(settings.MODE === LIVE ? [{ name: 'live', ports: { LIVE_PORT: settings.LIVE_PORT } }] : []),
  ...(modes.includes('queue') ? [{ name: 'board', ports: { ADMIN_PORT: settings.ADMIN_PORT } }] : []),
  ...(settings.OBSERVABILITY === 'on'
    ? [
        { name: 'prometheus', ports: { PROMETHEUS_PORT: settings.PROMETHEUS_PORT } },
        { name: 'grafana', ports: { GRAFANA_PORT: settings.GRAFANA_PORT } },
      ]
    : []),
];

print('', {
  SERVICE_CPUS: plan.service,
  GENERATOR_CPUS: plan.generator,
  REDIS_CPUSET: plan.redis,
  THREADS: threads,
  ...Object.fromEntries(modes.map((mode) => [`PORT_${mode.toUpperCase()}`, settings[portNames(mode, settings).port]])),
  ...(settings.MODE === LIVE ? toldToLive(settings, plan) : {}),
  MICROSERVICE: microserviceOf(settings),
  WORKERS: settings.WORKERS,
  GATEWAYS: settings.GATEWAYS,
  // Behind one port the gateways themselves have any.
  ...(settings.GATEWAYS > 1 ? { FRONT_PORT: settings.PORT, PORT_QUEUE: 0 } : {}),
  GATEWAY_MEMORY: gateway,
  UNPOOLED_MEMORY: unpooled,
  RUST_MEMORY: rust,
  REDIS_MEMORY: redis,
  REDIS_DATA: limits.redisDataBytes,
  PIDS: limits.pids,
  UNPOOLED_PIDS: limits.unpooledPids,
  GRACE: `${limits.graceMs}ms`,
});
const { CONCURRENCY } = settings;
print('services ', { ...shared.env, THREADS: threads, ...(CONCURRENCY ? { CONCURRENCY } : {}) });

const found = [
  ...problems,
  ...cpuProblems(settings),
  ...memoryProblems(modes, Number(threads), shared, settings),
  ...sharedPorts(published),
  ...(verb ? (await Promise.all(modes.map((mode) => checkGenerator(verb, mode)))).flat() : []),
];
if (found.length > 0) {
  console.error(refusal(found).message);
  process.exitCode = 1;
}

/** Where its results go is another folder there, and is looked at outside. */
function checkGenerator(verb: string, MODE: string): Promise<string[]> {
  const there = { RUNTIME: 'docker', REDIS_URL: 'redis://redis:6379', RESULTS_DIR: '/tmp', MODE };
  return check([process.execPath, join(root, 'loadgen/dist/main.js'), verb], { ...process.env, ...there });
}

function print(prefix: string, values: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(values)) console.log(`${prefix}${name}=${value}`);
}
