/** The generator, on its own cores, against the stack that runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { commit } from './commit.ts';
import { running, shutDown } from './control.ts';
import { eventsFile } from './eventlog.ts';
import { socketFile } from './files.ts';
import { architectures, rowOf } from './modes.ts';
import { planCpus } from './plan.ts';
import { root, type Settings } from './settings.ts';
import { onPath } from './tools.ts';
import { ensureUp } from './up.ts';
import { dashboardUrl } from './watchers.ts';

/** The original's settings: what the scoreboard always uses. */
export const ORIGINAL = { CONNECTIONS: '100', DURATION: '10', OPS: '20000000', CHUNKS: '8', RATE: '0', REPEAT: '1' };

/** Runs one bench; resolves to the generator's exit code. */
export async function runBench(
  settings: Settings,
  signal: AbortSignal,
  extra: Record<string, string> = {},
): Promise<number> {
  const services = (await running())?.services ?? [];
  const from = Date.now();
  const { code } = await generate(['bench'], { ...benchEnv(settings, services), ...extra }, settings, signal);
  if (services.some(({ name }) => name === 'grafana'))
    console.log(`dashboards of this run: ${dashboardUrl(settings, from, Date.now())}`);
  return code;
}

/** Faults under load in one mode, or in the four architectures with one table. Resolves to 1 if a promise was broken. */
export async function runChaos(settings: Settings, signal: AbortSignal): Promise<number> {
  const folders: string[] = [];
  let worst = 0;
  for (const MODE of settings.MODE === 'all' ? architectures : [settings.MODE]) {
    const one: Settings = { ...settings, MODE };
    await ensureUp(one, signal);
    const { code, lastLine } = await generate(['chaos'], await chaosEnv(one), one, signal);
    if (!lastLine) return code;
    worst = Math.max(worst, code);
    folders.push(lastLine);
  }
  if (folders.length > 1) await generate(['chaos-table', ...folders], {}, settings, signal);
  return worst;
}

/** The control on the Redis of the stack that runs. */
export async function runChaosControl(settings: Settings, signal: AbortSignal): Promise<number> {
  return (await generate(['chaos-control'], await chaosEnv({ ...settings, MODE: 'queue' }), settings, signal)).code;
}

async function chaosEnv(settings: Settings): Promise<Record<string, string>> {
  return { ...benchEnv(settings, (await running())?.services ?? []), CONTROL_SOCKET: socketFile };
}

/** The four architectures, or MODES, one after the other, then the table. Its own stack goes down at the end. */
export async function runScoreboard(settings: Settings, signal: AbortSignal): Promise<number> {
  const folders: string[] = [];
  try {
    for (const name of settings.MODES?.split(',') ?? architectures) {
      console.log(`\n== ${name} ==`);
      const one = rowOf(settings, name);
      await ensureUp(one, signal);
      const env = { ...benchEnv(one, (await running())?.services ?? []), ...ORIGINAL };
      const { code, lastLine } = await generate(['bench'], env, one, signal);
      if (code !== 0) return code;
      folders.push(lastLine);
    }
    return (await generate(['scoreboard', ...folders], {}, settings, signal)).code;
  } finally {
    await shutDown();
  }
}

type Target = { name: string; env: Readonly<Record<string, string>>; url?: string };

export function benchEnv(settings: Settings, targets: readonly Target[]): Record<string, string> {
  const plan = planCpus(settings.CPUS, settings.REDIS_CPUS);
  const admin = targets.filter(({ env }) => env.ADMIN_PORT);
  // The gateway first: it is the one whose tasks in flight the generator waits for.
  admin.sort((a, b) => Number(b.name.startsWith('gateway')) - Number(a.name.startsWith('gateway')));
  return {
    MODE: settings.MODE,
    RUNTIME: 'local',
    GATEWAY_URL: targets.find(({ url }) => url)?.url ?? '',
    SERVICES: admin.map(({ name, env }) => `${name}=http://127.0.0.1:${env.ADMIN_PORT}`).join(','),
    REDIS_URL: `redis://127.0.0.1:${settings.REDIS_PORT}`,
    SERVICE_CPUS: plan.service,
    GENERATOR_CPUS: plan.generator,
    REDIS_CPUS: settings.REDIS_CPUS ?? '',
    THREADS: settings.THREADS ?? String(plan.serviceCores),
    METRICS_PORT: String(settings.METRICS_PORT),
    RUN_EVENTS: eventsFile,
    RESULTS_DIR: process.env.RESULTS_DIR || 'results',
    COMMIT: commit(),
  };
}

export async function generate(args: string[], env: Record<string, string>, settings: Settings, signal: AbortSignal) {
  const { generator } = planCpus(settings.CPUS, settings.REDIS_CPUS);
  const pin = generator && onPath('taskset') ? ['taskset', '-c', generator] : [];
  const [program = '', ...rest] = [...pin, process.execPath, join(root, 'loadgen/dist/main.js'), ...args];
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const child = spawn(program, rest, {
    cwd: root,
    env: { ...given, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let lastLine = '';
  child.on('message', (folder) => {
    lastLine = String(folder);
  });
  // A terminal's Ctrl-C reaches the child by itself; a signal to this process alone does not.
  const forward = () => child.kill('SIGTERM');
  signal.addEventListener('abort', forward, { once: true });
  const [code] = await once(child, 'exit');
  signal.removeEventListener('abort', forward);
  return { code: Number(code ?? 1), lastLine };
}
