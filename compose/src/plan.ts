/** Which cores serve and which generate the load. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Settings } from './settings.ts';
import { onPath } from './tools.ts';

/** The original set-up's number of service cores; more would not compare to it. */
const MAX_SERVICE_CPUS = 8;

export interface CpuPlan {
  /** CPU lists as taskset and cpusets take them; empty where nothing can be pinned. */
  readonly service: string;
  readonly generator: string;
  readonly redis: string;
  readonly serviceCores: number;
}

/** Of this machine and this process: CPUs that it may really use. `canPin`: whether lists of them are of any use here. */
export function planCpus(
  wanted: number | undefined,
  redisCpus: string | undefined,
  canPin = onPath('taskset'),
): CpuPlan {
  const allowed = allowedCpus();
  if (!allowed || !canPin) {
    const serviceCores = Math.min(wanted ?? MAX_SERVICE_CPUS, MAX_SERVICE_CPUS, availableParallelism());
    return { service: '', generator: '', redis: '', serviceCores };
  }
  const { service, generator } = split(allowed, siblingsOf, wanted);
  return {
    service: service.join(','),
    generator: generator.join(','),
    redis: redisCpus ?? service.join(','),
    serviceCores: service.length,
  };
}

/** What cannot be had of this machine, or of what this process may use of it. */
export function cpuProblems({ CPUS = 0, REDIS_CPUS = '' }: Pick<Settings, 'CPUS' | 'REDIS_CPUS'>): string[] {
  const allowed = allowedCpus();
  const most = Math.min(allowed?.length ?? availableParallelism(), MAX_SERVICE_CPUS);
  const listed = parseCpuList(REDIS_CPUS);
  const missing = listed.filter((cpu) => allowed && !allowed.includes(cpu));
  return [
    ...(CPUS > most ? [`CPUS: must not exceed ${most}: so many of this machine's can serve`] : []),
    ...(REDIS_CPUS && listed.length === 0 ? ['REDIS_CPUS: must be a list of CPUs such as 0-3,6'] : []),
    ...(missing.length > 0 ? [`REDIS_CPUS: must be some of ${allowed}`] : []),
  ];
}

/**
 * Service CPUs first, one left for the generator unless all are wanted, and no generator CPU on the other thread of a
 * service core unless there is no other. What is not left to the generator it shares.
 */
export function split(
  allowed: readonly number[],
  siblings: (cpu: number) => readonly number[],
  wanted?: number,
): { service: number[]; generator: number[] } {
  const all = allowed.length === 1 || (wanted !== undefined && wanted >= allowed.length);
  if (all && allowed.length <= MAX_SERVICE_CPUS) return { service: [...allowed], generator: [...allowed] };
  const byCore = [...allowed].sort((a, b) => (siblings(a)[0] ?? a) - (siblings(b)[0] ?? b) || a - b);
  const size = Math.min(wanted ?? MAX_SERVICE_CPUS, MAX_SERVICE_CPUS, allowed.length - 1);
  const service = byCore.slice(0, size);
  const rest = byCore.slice(size);
  const apart = rest.filter((cpu) => !siblings(cpu).some((sibling) => service.includes(sibling)));
  return { service, generator: apart.length > 0 ? apart : rest };
}

/** CPUs in a list such as `0-3,6`. */
export function parseCpuList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
}

function allowedCpus(): number[] | undefined {
  const status = read('/proc/self/status');
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status ?? '')?.[1];
  return list === undefined ? undefined : parseCpuList(list);
}

function siblingsOf(cpu: number): number[] {
  return parseCpuList(read(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`) ?? String(cpu));
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
