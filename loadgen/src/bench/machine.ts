/** Where a run took place, as far as the result may tell: no host names, no paths. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import type { Config } from './config.ts';
import type { Result } from './result.ts';

export function machine(): Result['machine'] {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    arch: arch(),
  };
}

/** The CPUs in a list such as `0-3,6`. */
export function cpusIn(list: string): number[] {
  return list
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
}

export const countCpus = (list: string) => cpusIn(list).length;

export function plan(config: Config): Result['plan'] {
  const { SERVICE_CPUS, GENERATOR_CPUS, REDIS_CPUS, THREADS } = config;
  const serviceCores = countCpus(SERVICE_CPUS) || (THREADS ?? availableParallelism());
  return {
    serviceCpus: SERVICE_CPUS,
    generatorCpus: GENERATOR_CPUS,
    redisCpus: REDIS_CPUS,
    serviceCores,
    threads: THREADS ?? serviceCores,
  };
}

/** What ran: the generator's side; Redis and the services add theirs. */
export function versions({ COMMIT, ENGINE }: Pick<Config, 'COMMIT' | 'ENGINE'>): Record<string, string> {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const { autocannon, bullmq } = manifest.dependencies;
  const engine = ENGINE ? { engine: ENGINE } : {};
  return {
    'heavy-lifter': manifest.version,
    commit: COMMIT,
    node: process.versions.node,
    autocannon,
    bullmq,
    ...engine,
  };
}

/** Cores of the original set-up: with fewer, figures do not compare to it. */
const FULL_CORES = 8;

/** Why the figures of this run do not compare to those of others; empty if they do. */
export function handicaps({ serviceCores, serviceCpus, generatorCpus }: Result['plan'], saturated: boolean): string[] {
  const notes = [];
  if (serviceCores < FULL_CORES) notes.push(`${serviceCores} service core(s) instead of ${FULL_CORES}`);
  if (!serviceCpus) notes.push('nothing is pinned: services and generator share all cores');
  else if (serviceCpus === generatorCpus) notes.push('the generator has no core of its own');
  if (saturated) notes.push('the generator was at its limit: the services could have done more');
  return notes;
}
