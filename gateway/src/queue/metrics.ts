import { Gauge, type Registry } from 'prom-client';
import { QUEUE_NAME } from '../contract.ts';
import { countJobs } from './admission.ts';
import type { QueueConnection } from './connection.ts';

/** Gauges of the queue, read from Redis at each scrape. While Redis is away they keep their last values. */
export function registerQueueMetrics(registry: Registry, connection: QueueConnection): void {
  const registers = [registry];

  new Gauge({
    name: 'bullmq_job_count',
    help: 'Jobs in the queue by state',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      await whileConnected(async () => {
        for (const [state, count] of Object.entries(await countJobs(connection.queue))) {
          this.set({ queue: QUEUE_NAME, state }, count);
        }
      });
    },
  });

  new Gauge({
    name: 'queue_oldest_job_age_seconds',
    help: 'Age of the job that has waited longest, 0 if none waits',
    registers,
    async collect() {
      await whileConnected(async () => {
        const [oldest] = await connection.queue.getJobs(['waiting'], 0, 0, true);
        this.set(oldest ? Math.max(0, Date.now() - oldest.timestamp) / 1000 : 0);
      });
    },
  });

  new Gauge({
    name: 'queue_workers_connected',
    help: 'Workers that are connected to the queue',
    registers,
    async collect() {
      await whileConnected(async () => this.set(await connection.queue.getWorkersCount()));
    },
  });
}

/** A scrape must answer whatever state Redis is in. */
async function whileConnected(read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch {
    // The last value stays; `up` and readiness tell that Redis is away.
  }
}
