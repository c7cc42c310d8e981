/** One look at what a process counts of itself. */

export interface Reading {
  readonly cpuS: number;
  readonly rssBytes: number;
  readonly startedAt: number;
  readonly threads?: number;
  /** Of who computes. */
  readonly kernelCpuS?: number;
  readonly kernelThreadsS?: number;
  readonly ops?: number;
}

const METRICS: Record<keyof Reading, string> = {
  cpuS: 'process_cpu_seconds_total',
  rssBytes: 'process_resident_memory_bytes',
  startedAt: 'process_start_time_seconds',
  threads: 'threads_live',
  kernelCpuS: 'task_compute_cpu_seconds_total',
  kernelThreadsS: 'task_compute_thread_seconds_total',
  ops: 'task_ops_total',
};

/** From an admin port. Throws if it does not answer within the limit. */
export async function readMetrics(url: string, limitMs: number): Promise<Reading> {
  const query = Object.values(METRICS)
    .map((name) => `name[]=${name}`)
    .join('&');
  const response = await fetch(`${url}/metrics?${query}`, { signal: AbortSignal.timeout(limitMs) });
  const text = await response.text();
  const found = Object.entries(METRICS).flatMap(([key, name]) => {
    const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1];
    return value === undefined ? [] : [[key, Number(value)]];
  });
  return { cpuS: 0, rssBytes: 0, startedAt: 0, ...Object.fromEntries(found) };
}

export async function readRedis(info: () => Promise<string>): Promise<Reading> {
  const text = await info();
  const value = (field: string) => Number(new RegExp(`^${field}:(\\S+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    cpuS: value('used_cpu_sys') + value('used_cpu_user'),
    rssBytes: value('used_memory_rss'),
    startedAt: Math.round(Date.now() / 1000) - value('uptime_in_seconds'),
  };
}

export function readSelf(): Reading {
  const { user, system } = process.cpuUsage();
  return { cpuS: (user + system) / 1e6, rssBytes: process.memoryUsage.rss(), startedAt: 0 };
}
