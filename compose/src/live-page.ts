/** The page that drives what runs side by side, as one more service: on the generator's cores, as what it does is a load. */
import { commit } from './commit.ts';
import { socketFile } from './files.ts';
import { modesOf } from './modes.ts';
import type { CpuPlan } from './plan.ts';
import type { Service } from './services.ts';
import type { Settings } from './settings.ts';

const MEMORY_BYTES = 512 * 2 ** 20;

/** Whether the load goes to one lane at a time: where that is not said, when each cannot have a core. */
export const soloOf = (settings: Pick<Settings, 'SOLO' | 'MODE' | 'MODES'>, { serviceCores }: CpuPlan): 'on' | 'off' =>
  settings.SOLO ?? (serviceCores < modesOf(settings).length ? 'on' : 'off');

/** `told`: what services are told, which the page shows. */
export function livePage(
  settings: Settings,
  serving: readonly Service[],
  plan: CpuPlan,
  told: Readonly<Record<string, string>>,
): Omit<Service, 'graceMs'> {
  const url = `http://127.0.0.1:${settings.LIVE_PORT}`;
  const lanes = serving.filter((one) => one.env.MODE && one.url).map((one) => `${one.env.MODE}=${one.url}`);
  const admin = serving.filter(({ env }) => env.ADMIN_PORT);
  const redis = serving.find(({ name }) => name === 'redis');
  return {
    name: 'live',
    command: [process.execPath, 'live/dist/main.js'],
    env: {
      ...told,
      PORT: String(settings.LIVE_PORT),
      TOKEN: settings.LIVE_TOKEN,
      RUNTIME: 'local',
      LANES: lanes.join(','),
      SERVICES: admin.map(({ name, env }) => `${name}=http://127.0.0.1:${env.ADMIN_PORT}`).join(','),
      ...(redis ? { REDIS_URL: redis.health } : {}),
      SOLO: soloOf(settings, plan),
      SERVICE_CPUS: plan.service,
      GENERATOR_CPUS: plan.generator,
      COMMIT: commit(),
      CONTROL_SOCKET: socketFile,
    },
    cpus: plan.generator,
    health: `${url}/healthz`,
    ports: { LIVE_PORT: settings.LIVE_PORT },
    dependsOn: [],
    memoryBytes: MEMORY_BYTES,
    checks: true,
  };
}

/** Admin ports in containers, of those that have not the gateway's. */
const ADMIN_PORTS: Record<string, number> = { 'rust-microservice': 9465, 'rust-worker': 9466 };
const NEEDED: Record<string, readonly string[]> = {
  microservice: ['rust-microservice'],
  queue: ['rust-worker', 'redis'],
};

/** The same in containers, as compose.yaml passes it on; and to the page's helper, which services it may act upon. */
export function toldToLive(settings: Settings, plan: CpuPlan): Record<string, string | number> {
  const modes = modesOf(settings);
  const names = modes.flatMap((mode) => [`gateway-${mode}`, ...(NEEDED[mode] ?? [])]);
  const admin = names.filter((name) => name !== 'redis');
  return {
    LIVE_PORT: settings.LIVE_PORT,
    LIVE_LANES: modes.map((mode) => `${mode}=http://gateway-${mode}:3000`).join(','),
    LIVE_SERVICES: admin.map((name) => `${name}=http://${name}:${ADMIN_PORTS[name] ?? 9464}`).join(','),
    LIVE_REDIS_URL: modes.includes('queue') ? 'redis://redis:6379' : '',
    LIVE_SOLO: soloOf(settings, plan),
    OPERATED: names.join(','),
  };
}
