import { once } from 'node:events';
import { bench } from './bench.ts';
import { chaos } from './chaos/chaos.ts';
import { readChaosConfig } from './chaos/config.ts';
import { chaosControl } from './chaos/control/control.ts';
import { readChaos, renderChaos, saveChaos } from './chaos/report.ts';
import { claimsVerbs } from './claims/verbs.ts';
import { compareVerbs } from './compare/verbs.ts';
import { readConfig, valid } from './config.ts';
import { Failure } from './failure.ts';
import { printReport, saveRun } from './report.ts';
import { scoreboard } from './scoreboard.ts';
import type { Verb } from './verb.ts';

const INTERRUPTED = 130;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) once(process, signal).then(() => stop.abort());

/** What the program can do. */
const verbs: Record<string, Verb> = {
  async bench() {
    const config = valid(readConfig(process.env));
    const result = await bench(config, stop.signal);
    const folder = saveRun(result, config.RESULTS_DIR);
    printReport(result);
    return folder;
  },

  scoreboard: async (folders) => scoreboard(folders),

  async chaos() {
    const config = valid(readChaosConfig(process.env));
    const result = await chaos(config, stop.signal);
    const folder = saveChaos(result, config.RESULTS_DIR);
    console.log(`\n${renderChaos([result])}`);
    if (result.cells.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
    return folder;
  },

  async 'chaos-control'() {
    const counts = await chaosControl(valid(readChaosConfig(process.env)), stop.signal);
    const { acknowledged, completed, lost } = counts;
    console.log(`LPUSH/BRPOP worker: ${acknowledged} acknowledged, ${completed} completed, ${lost} lost`);
    console.log('The checker sees loss.');
    return undefined;
  },

  ...compareVerbs,
  ...claimsVerbs,

  async 'chaos-table'(folders) {
    console.log(`\n${renderChaos(folders.map(readChaos))}`);
    return undefined;
  },
};

async function main([verb = '', ...args]: string[]): Promise<void> {
  const run = verbs[verb];
  if (!run) throw new Failure(`usage: ${Object.keys(verbs).join(' | ')}`);
  const folder = await run(args, stop.signal);
  if (!folder) return;
  console.log(`\n${folder}`);
  // For a parent that wants to know where: the runner's tables.
  await new Promise((resolve) => (process.send ? process.send(folder, resolve) : resolve(null)));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (stop.signal.aborted) process.exitCode = INTERRUPTED;
  else if (error instanceof Failure) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
// Sockets of a load that was cut off must not keep the program.
process.exit();
