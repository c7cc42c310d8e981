import { bench } from './bench/bench.ts';
import { readConfig, valid } from './bench/config.ts';
import { printReport, saveRun } from './bench/report.ts';
import { scoreboard } from './bench/scoreboard.ts';
import { chaos } from './chaos/chaos.ts';
import { readChaosConfig } from './chaos/config.ts';
import { chaosControl } from './chaos/control/control.ts';
import { readChaos, renderChaos, saveChaos } from './chaos/report.ts';
import { claimsVerbs } from './claims/verbs.ts';
import { judge, readBaseline, saveJudgement } from './compare/baseline.ts';
import { repeatedOf, saveRepeated } from './compare/repeated.ts';
import { compareVerbs } from './compare/verbs.ts';
import type { Verb } from './verb.ts';

/** What the program can do. */
export const verbs: Record<string, Verb> = {
  async bench(_words, signal) {
    const config = valid(readConfig(process.env));
    const baseline = config.BASELINE && readBaseline(config.BASELINE);
    const results = [];
    let folder: string | undefined;
    for (let n = 1; n <= config.REPEAT; n++) {
      if (config.REPEAT > 1) console.log(`\n== run ${n} of ${config.REPEAT} ==`);
      const result = await bench(config, signal);
      folder = saveRun(result, config.RESULTS_DIR);
      printReport(result);
      results.push(result);
    }
    if (results.length > 1) {
      const repeated = saveRepeated(repeatedOf(results), config.RESULTS_DIR);
      console.log(`\n${repeated.text}`);
      folder = repeated.folder;
    }
    if (baseline && folder) {
      const judgement = judge(baseline, results, config.MAX_REGRESSION);
      saveJudgement(judgement, folder);
      console.log(`\n${judgement.text}`);
      if (judgement.worse) process.exitCode = 1;
    }
    return folder;
  },

  scoreboard: async (folders) => scoreboard(folders),

  async chaos(_words, signal) {
    const config = valid(readChaosConfig(process.env));
    const result = await chaos(config, signal);
    const folder = saveChaos(result, config.RESULTS_DIR);
    console.log(`\n${renderChaos([result])}`);
    if (result.cells.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
    return folder;
  },

  async 'chaos-control'(_words, signal) {
    const counts = await chaosControl(valid(readChaosConfig(process.env)), signal);
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
