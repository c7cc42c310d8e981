/** The original's claims, replayed: plan -> a bench for each run -> the table. */
import { bench } from '../bench/bench.ts';
import { readConfig, valid } from '../bench/config.ts';
import { Failure } from '../failure.ts';
import type { Verb } from '../verb.ts';
import { benchOf, isRun, planClaims } from './plan.ts';
import { saveClaims } from './report.ts';
import { addRun, readRuns } from './result.ts';

export const claimsVerbs: Record<string, Verb> = {
  'claims-plan': async () => planClaims(settings()),

  async 'claims-visit'([folder = '', name = ''], signal) {
    if (!isRun(name)) throw new Failure(`no such run: ${name}`);
    addRun(folder, name, await bench(benchOf(name, settings()), signal));
    return undefined;
  },

  async 'claims-report'([folder = '']) {
    console.log(`\n${saveClaims(readRuns(folder), folder)}`);
    return folder;
  },
};

const settings = () => valid(readConfig(process.env));
