/** What the run cost each service, from the service's own counters. */
import { z } from 'zod';

export const Resource = z.object({
  cpuS: z.number().min(0),
  peakRssBytes: z.number().min(0),
  /** Only where the service counts them: Worker threads alive at once. */
  peakThreads: z.number().optional(),
  /** How often it died and came back. */
  restarts: z.int().min(0),
});
export type Resource = z.infer<typeof Resource>;

const SAMPLE_MS = 1_000;
/** For the first reading and the last one, which make the difference: a gateway in trouble answers late. */
const PATIENCE_MS = 15_000;
const NAMES = [
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'threads_live',
] as const;

interface Reading {
  cpuS: number;
  rssBytes: number;
  startedAt: number;
  threads?: number;
}

type Read = (limitMs: number) => Promise<Reading | undefined>;

export interface Sampler {
  stop(): Promise<Record<string, Resource>>;
}

/** Starts sampling; a service that does not answer is left out for that second, and altogether if it never does. */
export async function startSampler(
  services: readonly { name: string; url: string }[],
  redisInfo?: () => Promise<string>,
): Promise<Sampler> {
  const readers = new Map<string, Read>(
    services.map(({ name, url }) => [name, (limitMs) => readMetrics(url, limitMs)]),
  );
  if (redisInfo) readers.set('redis', () => readRedis(redisInfo));
  readers.set('generator', async () => readSelf());
  const series = new Map<string, Reading[]>([...readers.keys()].map((name) => [name, []]));

  async function sample(limitMs: number): Promise<void> {
    await Promise.all(
      [...readers].map(async ([name, read]) => {
        const reading = await read(limitMs).catch(() => undefined);
        if (reading) series.get(name)?.push(reading);
      }),
    );
  }

  await sample(PATIENCE_MS);
  const timer = setInterval(() => void sample(SAMPLE_MS), SAMPLE_MS);
  return {
    async stop() {
      clearInterval(timer);
      await sample(PATIENCE_MS);
      return Object.fromEntries([...series].filter(([, readings]) => readings.length > 0).map(summarise));
    },
  };
}

function summarise([name, readings]: [string, Reading[]]): [string, Resource] {
  let cpuS = 0;
  let restarts = 0;
  for (const [index, now] of readings.entries()) {
    const before = readings[index - 1];
    if (!before) continue;
    const restarted = now.startedAt > before.startedAt + 1;
    if (restarted) restarts++;
    cpuS += Math.max(0, restarted ? now.cpuS : now.cpuS - before.cpuS);
  }
  const threads = readings.flatMap((reading) => reading.threads ?? []);
  return [
    name,
    {
      cpuS,
      peakRssBytes: Math.max(...readings.map(({ rssBytes }) => rssBytes)),
      ...(threads.length > 0 ? { peakThreads: Math.max(...threads) } : {}),
      restarts,
    },
  ];
}

async function readMetrics(url: string, limitMs: number): Promise<Reading> {
  const query = NAMES.map((name) => `name[]=${name}`).join('&');
  const response = await fetch(`${url}/metrics?${query}`, { signal: AbortSignal.timeout(limitMs) });
  const text = await response.text();
  const value = (name: string) => {
    const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [cpuS, rssBytes, startedAt, threads] = NAMES.map(value);
  return {
    cpuS: cpuS ?? 0,
    rssBytes: rssBytes ?? 0,
    startedAt: startedAt ?? 0,
    ...(threads === undefined ? {} : { threads }),
  };
}

async function readRedis(info: () => Promise<string>): Promise<Reading> {
  const text = await info();
  const value = (field: string) => Number(new RegExp(`^${field}:(\\S+)`, 'm').exec(text)?.[1] ?? 0);
  return {
    cpuS: value('used_cpu_sys') + value('used_cpu_user'),
    rssBytes: value('used_memory_rss'),
    startedAt: Math.round(Date.now() / 1000) - value('uptime_in_seconds'),
  };
}

function readSelf(): Reading {
  const { user, system } = process.cpuUsage();
  return { cpuS: (user + system) / 1e6, rssBytes: process.memoryUsage.rss(), startedAt: 0 };
}
