/** Which benches it takes, and under whose patience; for the runner, who starts each one's processes. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../bench/config.ts';
import { startOf } from '../compare/contenders.ts';
import { VISITS_FILE } from '../compare/plan.ts';
import { runId } from '../run-id.ts';

interface Plan {
  readonly contender: string;
  /** As the original's: the client gives up when the load ends. */
  readonly impatient: boolean;
}

/** Both clients where answers may take as long as the load; a promise and a fast kernel stay far below. */
export const RUNS = {
  unpooled: { contender: 'unpooled', impatient: false },
  'unpooled-original': { contender: 'unpooled', impatient: true },
  pool: { contender: 'pool', impatient: false },
  'pool-original': { contender: 'pool', impatient: true },
  microservice: { contender: 'microservice', impatient: false },
  'microservice-scalar': { contender: 'microservice-scalar', impatient: false },
  queue: { contender: 'queue', impatient: false },
} as const satisfies Record<string, Plan>;

export type RunName = keyof typeof RUNS;
export const runNames = Object.keys(RUNS) as [RunName, ...RunName[]];
export const isRun = (name: string): name is RunName => name in RUNS;

/** Makes the folder of a replay, with the list of what to run in the format of a comparison. Returns the folder. */
export function planClaims({ RESULTS_DIR, CONNECTIONS, DURATION }: Config): string {
  const folder = join(RESULTS_DIR, runId(new Date(), 'claims'));
  mkdirSync(folder, { recursive: true });
  const lines = runNames.map((name) => {
    const { mode, told } = startOf(RUNS[name].contender);
    return [name, 1, mode, ...told].join(' ');
  });
  writeFileSync(join(folder, VISITS_FILE), lines.map((line) => `${line}\n`).join(''));
  console.log(`${runNames.length} runs of ${DURATION} s with ${CONNECTIONS} connections: ${runNames.join(', ')}`);
  return folder;
}

/** The bench that is the run `name`: the original has no paced phase, and its drain need not end. */
export function benchOf(name: RunName, config: Config): Config {
  const { DURATION } = config;
  const own = { ...config, RATE: 0, PACED: 0, DRAIN_LIMIT: DURATION };
  // The client takes no time-out under a second.
  return RUNS[name].impatient ? { ...own, TIMEOUT: Math.max(1, DURATION) } : own;
}
