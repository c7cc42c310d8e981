/** What each make target does under RUNTIME=local. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runBench, runChaos, runChaosControl, runScoreboard } from './bench.ts';
import { runCalibrate, runClaims, runCompare, runCompareRuns } from './compare.ts';
import { ask, running, shutDown, status } from './control.ts';
import { UserError } from './errors.ts';
import { readSettings, runDir, type Settings } from './settings.ts';
import { statusTable } from './table.ts';
import { ensureUp } from './up.ts';

export type Verb = (settings: Settings, signal: AbortSignal) => Promise<number>;

export const verbs: Record<string, Verb> = {
  async up(settings, signal) {
    const fresh = await ensureUp(settings, signal);
    const urls = ((await status())?.services ?? []).filter(({ url }) => url);
    for (const { name, url } of urls) console.log(`${name} ${fresh ? 'is up' : 'was up already'}: ${url}/blocking`);
    if (await find('grafana')) console.log(`dashboards: http://127.0.0.1:${settings.GRAFANA_PORT}`);
    return 0;
  },

  async down() {
    console.log((await shutDown()) ? 'everything is down' : 'nothing was up');
    return 0;
  },

  async bench(settings, signal) {
    const fresh = await ensureUp(settings, signal);
    const code = await runBench(settings, signal);
    if (signal.aborted && fresh) await shutDown();
    return code;
  },

  chaos: (settings, signal) => runChaos(settings, signal),

  async 'chaos-control'(settings, signal) {
    await ensureUp({ ...settings, MODE: 'queue' }, signal);
    return runChaosControl(settings, signal);
  },

  scoreboard: (settings, signal) => runScoreboard(settings, signal),

  compare: (settings, signal) => runCompare(settings, signal),

  calibrate: (settings, signal) => runCalibrate(settings, signal),

  claims: (settings, signal) => runClaims(settings, signal),

  'compare-runs': (settings, signal) => runCompareRuns(settings, signal),

  async start(settings) {
    await service('/start', settings);
    return 0;
  },

  async stop(settings) {
    await service('/stop', settings);
    return 0;
  },

  async kill(settings, signal) {
    const { name } = await service('/kill', settings);
    const killedAt = performance.now();
    const since = () => `${((performance.now() - killedAt) / 1000).toFixed(2)} s`;
    const restartsBefore = (await find(name))?.restarts ?? 0;
    let runs = false;
    while (!signal.aborted && performance.now() - killedAt < 30_000) {
      const now = await find(name);
      if (!runs && now?.pid && now.restarts !== restartsBefore) {
        runs = true;
        console.log(`${name} runs again after ${since()} (process ${now.pid})`);
      }
      if (runs && now?.state === 'healthy') {
        console.log(`${name} is healthy after ${since()}`);
        return 0;
      }
      await sleep(10);
    }
    console.log(`${name} did not come back by itself: was it a signal that it survives?`);
    return 1;
  },

  async logs({ SERVICE, FOLLOW }) {
    const name = SERVICE === 'gateway' || !SERVICE ? '*' : SERVICE;
    const files = join(runDir, 'logs', `${SERVICE === 'gateway' ? 'gateway-*' : name}.log`);
    const command = `tail -n 50 ${FOLLOW ? '-F' : ''} ${files}`;
    if (!existsSync(join(runDir, 'logs'))) throw new UserError('no logs yet: make up');
    const tail = spawn('sh', ['-c', command], { stdio: 'inherit' });
    return new Promise((resolve) => tail.on('exit', (code) => resolve(code ?? 0)));
  },

  async board() {
    const current = await running();
    const queue = current?.services.find(({ name }) => name === 'gateway-queue');
    if (!queue) throw new UserError('there is no queue to show: make up MODE=queue');
    console.log(`Bull Board: http://127.0.0.1:${queue.env.ADMIN_PORT}/admin/queues`);
    return 0;
  },

  async status() {
    const now = await status();
    console.log(now ? statusTable(now.services) : 'nothing is up');
    return 0;
  },
};

async function find(name: string) {
  return (await status())?.services.find((service) => service.name === name);
}

async function service(path: string, { SERVICE = '', SIGNAL }: Settings): Promise<{ name: string }> {
  const before = performance.now();
  const reply = await ask<{ name: string }>(`${path}?service=${encodeURIComponent(SERVICE)}&signal=${SIGNAL}`);
  if (!reply) throw new UserError('nothing is up: make up');
  const done = { '/start': 'is started and healthy', '/stop': 'is stopped', '/kill': `got SIG${SIGNAL}` }[path];
  console.log(`${reply.name} ${done} (${((performance.now() - before) / 1000).toFixed(2)} s)`);
  return reply;
}

/** Reads the settings and does it; resolves to the exit code. */
export async function perform(name: string, signal: AbortSignal): Promise<number> {
  const verb = verbs[name];
  if (!verb) throw new UserError(`no such target: ${name}; there are ${Object.keys(verbs).join(', ')}`);
  return verb(readSettings(process.env), signal);
}
