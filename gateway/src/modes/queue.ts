/** "Enterprise Queue": the task becomes a job in Redis, a worker elsewhere computes it, the caller gets 202. */
import { type Task, workload } from '@heavy-lifter/workloads';
import { Counter } from 'prom-client';
import { JOB_NAME, type JobData, type JobDocument } from '../contract.ts';
import { ProblemError } from '../errors.ts';
import type { Call, CreateMode } from '../mode.ts';
import { Admission } from '../queue/admission.ts';
import { board } from '../queue/board.ts';
import { cancelJob } from '../queue/cancel.ts';
import { QueueConnection } from '../queue/connection.ts';
import { isJobId, jobIdFor, newDocument, storedTask, toDocument } from '../queue/document.ts';
import { EventReader } from '../queue/events.ts';
import { asReadProblem, asRedisProblem, causeOf } from '../queue/failures.ts';
import { markOf, mismatch, recall, resultGone } from '../queue/keys.ts';
import { type Found, isCancelled, lookUp } from '../queue/look.ts';
import { registerQueueMetrics } from '../queue/metrics.ts';
import { Watcher } from '../queue/watch.ts';
import { withCa } from '../redis-address.ts';

export const create: CreateMode = ({ config, logger, registry }) => {
  const { REDIS_URL, REDIS_CA_FILE, MAX_KEYS } = config;
  const connection = new QueueConnection(withCa(REDIS_URL, REDIS_CA_FILE), logger);
  const admission = new Admission(connection, config, logger);
  const watcher = new Watcher({ get, open: (...heard) => new EventReader(connection, ...heard, logger) }, logger);
  registerQueueMetrics(registry, connection, admission);
  const cancelled = new Counter({ name: 'jobs_cancelled_total', help: 'Jobs cancelled here', registers: [registry] });

  return {
    maxSize: workload.maxSize.queued,
    run: async (task, call) => ({ job: await add(task, call).catch(rethrow) }),
    jobs: {
      get: (id) => get(id).catch(rethrowRead),
      cancel: (id) => cancel(id).catch(rethrow),
      watch: (id, signal) => watcher.watch(id, signal),
    },
    notReady: async () => (await connection.trouble()) ?? admission.noRoom,
    full: () => admission.full,
    gauges: () => ({ waiting: admission.waiting, threads: 0 }),
    adminPages: board(connection),
    async close() {
      admission.close();
      watcher.close();
      await connection.close();
    },
  };

  async function add(task: Task, call: Call): Promise<JobDocument> {
    const { queue } = connection;
    admission.admit(workload.sizeOf(task));
    connection.batchWrites();
    const data: JobData = { v: 1, ...task, requestId: call.requestId };
    // An id of our own in any case: a resend cannot make two jobs.
    const jobId = jobIdFor(call.idempotencyKey);
    let added = false;
    try {
      if (call.idempotencyKey === undefined) {
        const { timestamp } = await queue.add(JOB_NAME, data, { jobId });
        added = true;
        return newDocument(jobId, timestamp, data);
      }
      const known = await recall(connection, jobId, task, MAX_KEYS);
      if (known) return documentFor(task, jobId, known);
      await queue.add(JOB_NAME, data, { jobId, deduplication: markOf(jobId) });
      added = true;
    } finally {
      if (!added) admission.takeBack(workload.sizeOf(task));
    }
    // Another request with this key may have been first: `add` leaves its job as it is, and tells nobody.
    const stored = await lookUp(connection, jobId).catch((error) => {
      // Whatever went wrong, the job is there.
      const cause = causeOf(error).detail;
      throw new ProblemError('outcome_unknown', 'the job could not be read back; retry with the same key', { cause });
    });
    if (!stored) throw resultGone();
    return documentFor(task, jobId, stored);
  }

  /** Also of a job that is older than what is remembered of its key: it was made for one task. */
  function documentFor(task: Task, jobId: string, stored: Found): JobDocument {
    const promised = storedTask(stored.hash);
    if (promised && workload.keyOf(promised) === workload.keyOf(task)) return toDocument(jobId, stored);
    throw mismatch();
  }

  async function get(id: string): Promise<JobDocument | undefined> {
    if (!isJobId(id)) return undefined;
    const stored = await lookUp(connection, id);
    return stored && toDocument(id, stored);
  }

  async function cancel(id: string): Promise<JobDocument | undefined> {
    if (!isJobId(id)) return undefined;
    const { outcome, job } = await cancelJob(connection, id);
    if (outcome === 'cancelled') {
      cancelled.inc();
      const task = job && storedTask(job.hash);
      if (task) admission.takeBack(workload.sizeOf(task));
    }
    if (!job || isCancelled(job)) return job && toDocument(id, job);
    throw new ProblemError('job_ended', `the job has ${job.state} already`);
  }
};

function rethrow(error: unknown): never {
  throw asRedisProblem(error);
}

function rethrowRead(error: unknown): never {
  throw asReadProblem(error);
}
