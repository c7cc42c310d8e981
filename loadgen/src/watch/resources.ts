/** What the run cost each service, from the service's own counters. */
import { z } from 'zod';
import { type Reading, readMetrics, readRedis, readSelf } from './counters.ts';

export const Resource = z.object({
  cpuS: z.number().min(0),
  peakRssBytes: z.number().min(0),
  /** Only where the service counts them: Worker threads alive at once. */
  peakThreads: z.number().optional(),
  /** How often it died and came back. */
  restarts: z.int().min(0),
  /** Only of who computes: seconds of CPU and of threads in kernels, and the ops that these did. */
  kernels: z.object({ cpuS: z.number().min(0), threadsS: z.number().min(0), ops: z.number().min(0) }).optional(),
});
export type Resource = z.infer<typeof Resource>;

const SAMPLE_MS = 1_000;
/** For the first reading and the last one, which make the difference: a gateway in trouble answers late. */
const PATIENCE_MS = 15_000;

/** Counters; the rest of a reading goes up and down. */
const GROWING = ['cpuS', 'kernelCpuS', 'kernelThreadsS', 'ops'] as const;
type Growing = (typeof GROWING)[number];

type Read = (limitMs: number) => Promise<Reading | undefined>;

export interface Sampler {
  /** What it came to since the start, by service. */
  soFar(): Promise<Record<string, Resource>>;
  stop(): void;
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
    async soFar() {
      await sample(PATIENCE_MS);
      return Object.fromEntries([...series].filter(([, readings]) => readings.length > 0).map(summarise));
    },
    stop: () => clearInterval(timer),
  };
}

function summarise([name, readings]: [string, Reading[]]): [string, Resource] {
  let restarts = 0;
  const grown = new Map<Growing, number>();
  for (const [index, now] of readings.entries()) {
    const before = readings[index - 1];
    if (!before) continue;
    const restarted = now.startedAt > before.startedAt + 1;
    if (restarted) restarts++;
    for (const name of GROWING) {
      const growth = (now[name] ?? 0) - (restarted ? 0 : (before[name] ?? 0));
      grown.set(name, (grown.get(name) ?? 0) + Math.max(0, growth));
    }
  }
  const growth = (name: Growing) => grown.get(name) ?? 0;
  const computes = readings.some(({ kernelCpuS }) => kernelCpuS !== undefined);
  const threads = readings.flatMap((reading) => reading.threads ?? []);
  return [
    name,
    {
      cpuS: growth('cpuS'),
      peakRssBytes: Math.max(...readings.map(({ rssBytes }) => rssBytes)),
      ...(threads.length > 0 ? { peakThreads: Math.max(...threads) } : {}),
      restarts,
      ...(computes
        ? { kernels: { cpuS: growth('kernelCpuS'), threadsS: growth('kernelThreadsS'), ops: growth('ops') } }
        : {}),
    },
  ];
}
