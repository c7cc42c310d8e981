/** What a page is told when it comes: where it is, what is in force, what to bear in mind. */

import { JOB_OPTIONS } from '@heavy-lifter/gateway/contract';
import { countCpus, machine } from '@heavy-lifter/loadgen/bench/machine';
import { workload } from '@heavy-lifter/workloads';
import { type Config, TOLD } from '../config.ts';
import {
  BARRAGE,
  HEARTBEATS_PER_S,
  type Hello,
  HOLE_MS,
  MAX_TASK_MS_DIRECT,
  MAX_USERS,
  NONE_MS,
  SNAPSHOTS_PER_S,
  TASK_MS,
} from '../contract.ts';

const LONGEST_MS = Math.max(...TASK_MS);

const SAYS: Record<string, string> = {
  inline: 'the event loop itself computes',
  unpooled: 'new threads for every request',
  pool: 'a fixed number of threads, a bounded queue',
  wasm: 'the same threads with a WebAssembly kernel',
  native: 'the Rust kernel inside Node',
  microservice: 'HTTP to a Rust service',
  queue: 'a job in Redis, taken by a Rust worker',
};

/** By the names of the settings; who knows them is told, who does not is told by the manual. */
const OF: Partial<Record<(typeof TOLD)[number], string>> = {
  MAX_WAITING: 'gateway-queue',
  MAX_WAITING_S: 'gateway-queue',
  MAX_LIVE_THREADS: 'gateway-unpooled',
  MAX_IN_FLIGHT: 'gateway-microservice',
  LOCK_MS: 'rust-worker',
  STALLED_CHECK_MS: 'rust-worker',
};

/** All that is in force: the page's own bounds, and what the services were told. */
function parameters(config: Config): Hello['parameters'] {
  const own: Record<string, string> = {
    'users of a lane': `at most ${MAX_USERS}`,
    barrage: `${BARRAGE.users} users for ${BARRAGE.ms / 1000} s`,
    'longest task': `${MAX_TASK_MS_DIRECT} ms, ${LONGEST_MS} ms in queue`,
    heartbeats: `${HEARTBEATS_PER_S} a second under load, at most 20 open`,
    hole: `no answer after ${HOLE_MS} ms, none after ${NONE_MS} ms`,
    'a user waits for an answer': 'at most 35 s',
    'a user who is refused waits': '100 ms',
    snapshots: `${SNAPSHOTS_PER_S} a second while somebody looks`,
    'attempts of a job': String(JOB_OPTIONS.attempts),
    'cores of the services': config.SERVICE_CPUS || 'not pinned',
    'cores of load and page': config.GENERATOR_CPUS || 'not pinned',
  };
  const told = TOLD.flatMap((name) => {
    const value = config[name];
    return value === undefined ? [] : [{ name, value, of: OF[name] ?? 'services' }];
  });
  return [...Object.entries(own).map(([name, value]) => ({ name, value, of: 'live' })), ...told];
}

function notes({ SERVICE_CPUS, LANES }: Config): string[] {
  const cores = countCpus(SERVICE_CPUS) || machine().cores;
  if (LANES.length <= cores) return [];
  const stacks = LANES.length === 1 ? 'one stack has' : `${LANES.length} stacks share`;
  return [`${stacks} ${cores} core${cores === 1 ? '' : 's'}: compare behaviour, not figures`];
}

export function greeting(config: Config, sizePerMs: number, startedAt: number) {
  const { cpu, cores } = machine();
  const { SERVICE_CPUS: serviceCpus, GENERATOR_CPUS: generatorCpus } = config;
  const fixed = {
    v: 1 as const,
    startedAt,
    runtime: config.RUNTIME,
    commit: config.COMMIT,
    machine: { cpu, cores, serviceCpus, generatorCpus },
    sizePerMs,
    unit: workload.unit,
    lanes: config.LANES.map(({ name, url }) => ({ lane: name, url, says: SAYS[name] ?? 'a mode of your own' })),
    parameters: parameters(config),
    notes: notes(config),
  };
  return (you: string, now: Pick<Hello, 'marks' | 'orders'>): Hello => ({ ...fixed, ...now, you, at: Date.now() });
}
