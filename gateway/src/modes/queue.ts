/** "Enterprise Queue": the task becomes a job in Redis, a worker elsewhere computes it, the caller gets 202. */
import { JOB_NAME, type JobData, type JobDocument, MAX_OPS_QUEUED, type Task } from '../contract.ts';
import { ProblemError } from '../errors.ts';
import type { Call, CreateMode } from '../mode.ts';
import { Admission } from '../queue/admission.ts';
import { board } from '../queue/board.ts';
import { asRedisProblem, QueueConnection, type TaskQueue } from '../queue/connection.ts';
import { isJobId, jobIdFor, lookUp, newDocument } from '../queue/document.ts';
import { registerQueueMetrics } from '../queue/metrics.ts';
import { Watcher } from '../queue/watch.ts';

export const create: CreateMode = ({ config: { REDIS_URL, MAX_WAITING }, logger, registry }) => {
  const connection = new QueueConnection(REDIS_URL, logger);
  const admission = new Admission(connection, MAX_WAITING, logger);
  const watcher = new Watcher({ url: REDIS_URL, get, newestEvent: () => connection.newestEvent() }, logger);
  registerQueueMetrics(registry, connection);

  return {
    maxOps: MAX_OPS_QUEUED,
    computesHere: false,
    run: async (task, call) => ({ job: await add(task, call).catch(rethrow) }),
    jobs: {
      get: (id) => get(id).catch(rethrow),
      watch: (id, signal) => watcher.watch(id, signal),
    },
    async notReady() {
      try {
        await connection.queue.count();
        return undefined;
      } catch {
        return 'Redis cannot be reached';
      }
    },
    gauges: () => ({ waiting: admission.waiting, threads: 0 }),
    adminPages: board(connection),
    async close() {
      admission.close();
      await watcher.close();
      await connection.close();
    },
  };

  async function add(task: Task, { requestId, idempotencyKey }: Call): Promise<JobDocument> {
    const { queue } = connection;
    admission.admit();
    connection.batchWrites();
    const data: JobData = { v: 1, ...task, requestId };
    // An id of our own in any case: a resend cannot make two jobs.
    const jobId = jobIdFor(idempotencyKey);
    const { timestamp } = await queue.add(JOB_NAME, data, { jobId });
    if (idempotencyKey === undefined) return newDocument(jobId, timestamp, data);
    return storedDocument(queue, jobId, task).catch((error) => {
      if (error instanceof ProblemError) throw error;
      // Whatever went wrong, the job is there.
      throw new ProblemError('outcome_unknown', 'the job could not be read back; retry with the same key', {
        cause: error,
      });
    });
  }

  /** `add` leaves an existing job as it is and tells nobody, so what is stored decides. */
  async function storedDocument(queue: TaskQueue, jobId: string, task: Task): Promise<JobDocument> {
    const stored = await lookUp(queue, jobId);
    if (!stored) throw new ProblemError('outcome_unknown', 'the job is gone already; retry with the same key');
    const { ops, chunks, seed } = stored.job.data;
    if (ops === task.ops && chunks === task.chunks && seed === task.seed) return stored.document;
    throw new ProblemError('idempotency_mismatch', 'this Idempotency-Key belongs to another task');
  }

  async function get(id: string): Promise<JobDocument | undefined> {
    if (!isJobId(id)) return undefined;
    return (await lookUp(connection.queue, id))?.document;
  }
};

function rethrow(error: unknown): never {
  throw asRedisProblem(error);
}
