/** "Crash & Burn": a new Worker thread for every chunk of every request, nothing kept, nothing queued. */
import { Worker } from 'node:worker_threads';
import { workload } from '@heavy-lifter/workloads';
import { computeChunked } from '../compute/chunked.ts';
import type { Share, ShareResult } from '../compute/share.ts';
import { startOf } from '../compute/start-thread.ts';
import type { ThreadData } from '../compute/thread.ts';
import { newWorkSum, workSoFar } from '../compute/work.ts';
import { ProblemError } from '../errors.ts';
import type { CreateMode } from '../mode.ts';

export const create: CreateMode = ({ config: { MAX_LIVE_THREADS, COMPUTE_NICE } }) => {
  const live = new Set<Worker>();
  const work = newWorkSum();
  const { file, argv } = startOf('js');

  function runInNewThread(share: Share, signal: AbortSignal): Promise<ShareResult> {
    return new Promise((resolve, reject) => {
      const workerData: ThreadData = { share };
      const worker = new Worker(file, { workerData, argv });
      live.add(worker);
      // Starting takes longer than most chunks, so a thread whose caller has left is ended, not only told.
      const end = () => void worker.terminate();
      signal.addEventListener('abort', end);
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => {
        live.delete(worker);
        signal.removeEventListener('abort', end);
        // After a message this changes nothing: a promise settles once.
        reject(new Error(`a thread ended with code ${code} before its answer`));
      });
    });
  }

  return {
    maxSize: workload.maxSize.direct,
    async run(task, { signal }) {
      // The one bound, where a container would refuse to clone: the host must survive the demonstration.
      const wanted = workload.chunksOf(task);
      if (live.size + wanted > MAX_LIVE_THREADS) {
        const detail = `${live.size} threads are alive and this task wants ${wanted} more`;
        throw new ProblemError('overloaded', detail, { limit: 'MAX_LIVE_THREADS' });
      }
      try {
        const run = (share: Share) => runInNewThread(share, signal);
        return { computed: await computeChunked(task, signal, { kernel: 'js', work, nice: COMPUTE_NICE, run }) };
      } catch (error) {
        throw signal.aborted ? signal.reason : asLimit(error);
      }
    },
    notReady: async () => undefined,
    full: () => (live.size >= MAX_LIVE_THREADS ? 'MAX_LIVE_THREADS' : undefined),
    gauges: () => ({ waiting: 0, threads: live.size }),
    kernelWork: () => workSoFar(work),
    async close() {
      await Promise.all([...live].map((worker) => worker.terminate()));
    },
  };
};

/** A thread that the system would not start or feed is overload, not a defect. */
function asLimit(error: unknown): unknown {
  const limit = THREAD_LIMITS[(error as NodeJS.ErrnoException)?.code ?? ''];
  return limit ? new ProblemError('overloaded', `no more threads: ${limit}`, { limit, cause: error }) : error;
}

const THREAD_LIMITS: Record<string, string> = {
  ERR_WORKER_INIT_FAILED: 'pids limit',
  ERR_WORKER_OUT_OF_MEMORY: 'memory',
};
