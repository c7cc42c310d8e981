/** The settings of a chaos run. */
import { caProblems } from '@heavy-lifter/gateway/redis-address';
import { type Read, readBy, whole } from '@heavy-lifter/gateway/settings';
import { z } from 'zod';
import { Config as BenchConfig, folderProblems, Surroundings, taskProblems } from '../bench/config.ts';
import { cellsOf, FAULTS, RUNTIME_OF, TARGETS } from './cells.ts';

const { MODE, METRICS_PORT, METRICS_HOST } = BenchConfig.shape;

const ChaosConfig = Surroundings.extend({
  MODE,
  IMPLEMENTATION: z.enum(['js', 'rust'], { error: 'must be js or rust' }).default('rust'),
  METRICS_PORT,
  METRICS_HOST,
  /** Faults a cell. */
  ROUNDS: whole(1, 10_000).default(3),
  /** One service only; by default every one that the mode has. */
  TARGET: z.enum(TARGETS, { error: `must be one of ${TARGETS.join(', ')}` }).optional(),
  /** One fault only; by default TERM and KILL. */
  FAULT: z.enum(FAULTS, { error: `must be one of ${FAULTS.join(', ')}` }).optional(),
  /** Requests a second of the steady load; by default what the mode bears easily. */
  RATE: whole(1, 100_000).optional(),
  OPS: whole(1, 2e9).default(1_000_000),
  CHUNKS: whole(1, 64).default(1),
  /** What is wrong with the disk under Redis, read by Redis itself (bad_disk.rs). */
  DISK_FAULT_FILE: z.string().optional(),
  /** Where the local runner's supervisor listens. */
  CONTROL_SOCKET: z.string().default('.run/control'),
  /** Where the container engine listens, and which project's containers are ours. */
  DOCKER_SOCKET: z.string().default('/var/run/docker.sock'),
  PROJECT: z.string().default('heavy-lifter'),
});
export type ChaosConfig = z.infer<typeof ChaosConfig>;

/** Reads the settings, or returns one line for every setting that is wrong. */
export function readChaosConfig(env: NodeJS.ProcessEnv): Read<ChaosConfig> {
  return readBy(ChaosConfig, env, (right) => [
    ...taskProblems(right),
    ...folderProblems(right.RESULTS_DIR),
    ...cellProblems(right),
    ...caProblems(right),
  ]);
}

function cellProblems({ MODE, RUNTIME, ...wanted }: Partial<ChaosConfig>): string[] {
  const { TARGET, FAULT } = wanted;
  const problems = [];
  const runtime = FAULT && RUNTIME_OF[FAULT];
  if (runtime && RUNTIME && RUNTIME !== runtime) problems.push(`FAULT: needs RUNTIME=${runtime} to be ${FAULT}`);
  try {
    if (MODE) cellsOf({ MODE, ...wanted });
  } catch (error) {
    problems.push(`${TARGET ? 'TARGET' : 'FAULT'}: is not possible: ${(error as Error).message}`);
  }
  return problems;
}
