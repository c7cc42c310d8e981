/** What each make target does under RUNTIME=local. */
import { runBench, runChaos, runChaosControl, runScoreboard } from './bench.ts';
import { runCalibrate, runClaims, runCompare, runCompareRuns } from './compare.ts';
import { running, shutDown, status } from './control.ts';
import { UserError } from './errors.ts';
import { kill } from './kill.ts';
import { runLive } from './live.ts';
import { logs } from './logs.ts';
import { find, order } from './one-service.ts';
import { settingsFor } from './preflight.ts';
import { askQueue } from './queue.ts';
import type { Settings } from './settings.ts';
import { statusTable } from './table.ts';
import { ensureUp } from './up.ts';

export type Verb = (settings: Settings, signal: AbortSignal) => Promise<number>;

export const verbs: Record<string, Verb> = {
  async up(settings, signal) {
    const fresh = await ensureUp(settings, signal);
    const urls = ((await status())?.services ?? []).filter(({ url }) => url);
    for (const { name, url } of urls) console.log(`${name} ${fresh ? 'is up' : 'was up already'}: ${url}/blocking`);
    const before = await askQueue('before');
    if (before) console.log(before);
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

  live: (settings, signal) => runLive(settings, signal, ''),

  tour: (settings, signal) => runLive(settings, signal, '&tour'),

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
    await order('start', settings);
    return 0;
  },

  async stop(settings) {
    await order('stop', settings);
    return 0;
  },

  async pause(settings) {
    await order('kill', { ...settings, SIGNAL: 'STOP' });
    return 0;
  },

  async resume(settings) {
    await order('kill', { ...settings, SIGNAL: 'CONT' });
    return 0;
  },

  kill: (settings, signal) => kill(settings, signal),

  logs: (settings) => logs(settings),

  async board() {
    const current = await running();
    const queue = current?.services.find(({ name }) => name === 'gateway-queue');
    if (!queue) throw new UserError('there is no queue to show: make up MODE=queue');
    console.log(`Bull Board: http://127.0.0.1:${queue.env.ADMIN_PORT}/admin/queues`);
    return 0;
  },

  async clear() {
    const removed = await askQueue('clear');
    if (!removed) throw new UserError('there is no queue to clear: make up MODE=queue');
    console.log(removed);
    return 0;
  },

  async status() {
    const now = await status();
    console.log(now ? statusTable(now.services) : 'nothing is up');
    return 0;
  },
};

/** Reads the settings, has all that would be started look at them, and does it; resolves to the exit code. */
export async function perform(name: string, signal: AbortSignal): Promise<number> {
  const verb = verbs[name];
  if (!verb) throw new UserError(`no such target: ${name}; there are ${Object.keys(verbs).join(', ')}`);
  return verb(await settingsFor(name, process.env), signal);
}
