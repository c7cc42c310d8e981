import { Gauge, type Registry } from 'prom-client';
import { QUEUE_NAME } from '../contract.ts';
import type { Admission } from './admission.ts';
import type { QueueConnection } from './connection.ts';
import { countJobs } from './counts.ts';

/** Gauges of the queue, read from Redis at each scrape. While Redis is away they keep their last values. */
export function registerQueueMetrics(registry: Registry, connection: QueueConnection, { work }: Admission): void {
  const registers = [registry];

  new Gauge({
    name: 'bullmq_job_count',
    help: 'Jobs in the queue by state',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      await whileConnected(async () => {
        const { states } = await countJobs(connection);
        for (const [state, count] of Object.entries(states)) this.set({ queue: QUEUE_NAME, state }, count);
      });
    },
  });

  new Gauge({
    name: 'queue_oldest_job_age_seconds',
    help: 'Age of the job that has waited longest, 0 if none waits',
    registers,
    async collect() {
      await whileConnected(async () => {
        const { oldestAt = Infinity } = await countJobs(connection);
        this.set(Math.max(0, Date.now() - oldestAt) / 1000);
      });
    },
  });

  new Gauge({
    name: 'queue_waiting_work_seconds',
    help: 'Time that workers will need for the jobs that have not ended, by the rate of the last that did',
    registers,
    collect() {
      this.set(work.seconds);
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
