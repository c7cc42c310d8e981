/** What a run of any length makes of its jobs, while Redis keeps only the last of those that ended. */

import { randomUUID } from 'node:crypto';
import { JOB_NAME, type JobData, QUEUE_NAME } from '@heavy-lifter/gateway/contract';
import { readRedisUrl } from '@heavy-lifter/gateway/redis-address';
import { workload } from '@heavy-lifter/workloads';
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Neighbour, startRedis } from '../../gateway/test/support/processes.ts';
import { waitFor } from '../../gateway/test/support/wait.ts';
import { Backlog } from '../src/account/backlog.ts';
import { Intake } from '../src/account/intake.ts';
import { Ledger } from '../src/account/ledger.ts';
import { tally } from '../src/bench/drain.ts';
import { jobDocument } from './support/documents.ts';

const JOBS = 240;
const KEPT = 40;
/** Added at once; the next ones when these are done and being read, so that no reader has to be fast. */
const BATCH = 20;

let redis: Neighbour;
let connection: { host: string; port: number };
beforeAll(async () => {
  redis = await startRedis();
  const { hostname: host, port } = new URL(redis.url);
  connection = { host, port: Number(port) };
});
afterAll(() => redis?.stop());

/** Looks that take in what ended, and looks that come too late. */
const OFTEN_MS = 5;
const NEVER_MS = 3_600_000;
/** A worker sets the time of an end before Redis has it: a look at once would pass some by. */
const SETTLE_MS = 200;

/** Has `JOBS` jobs done of which Redis keeps the last `KEPT`, with an intake beside them that looks every `lookMs`. */
async function run(lookMs: number) {
  const backlog = await Backlog.open(readRedisUrl(redis.url));
  const ledger = Ledger.of({ ops: 50, chunks: 1, seed: 0 });
  const intake = new Intake(backlog, ledger, { keeps: KEPT, lookMs, settleMs: SETTLE_MS });
  const queue = new Queue(QUEUE_NAME, { connection });
  const worker = new Worker<JobData>(
    QUEUE_NAME,
    async ({ data }) => ({
      checksum: workload.solve(data).checksum,
      count: data.ops,
      kernel: 'js',
      timings: { queuedMs: 0, computeMs: 0 },
    }),
    { connection, concurrency: BATCH },
  );
  try {
    await queue.obliterate({ force: true });
    for (let done = 0; done < JOBS; done += BATCH) {
      for (let n = 0; n < BATCH; n++) {
        const id = randomUUID();
        const task = ledger.next();
        ledger.sent();
        await queue.add(JOB_NAME, { v: 1, ...task, requestId: id }, { jobId: id, removeOnComplete: { count: KEPT } });
        ledger.answered(202, JSON.stringify(jobDocument(id)));
      }
      await waitFor('these are done', async () => (await backlog.size()) === 0);
      if (lookMs === OFTEN_MS) await waitFor('these are read', () => intake.ended.size > done);
    }
    const counted = await tally(backlog, ledger.jobs, intake, Number.POSITIVE_INFINITY);
    return { ...counted, ledger, incomplete: intake.incomplete };
  } finally {
    await intake.stop();
    await worker.close(true);
    await queue.close();
    await backlog.close();
  }
}

it('accounts for six times as many jobs as Redis keeps, each checked', async () => {
  const { completed, unknown, open, failed, ledger, incomplete } = await run(OFTEN_MS);
  expect({ completed: completed.length, unknown, open, failed }).toEqual({
    completed: JOBS,
    unknown: 0,
    open: [],
    failed: 0,
  });
  expect(incomplete).toBe(false);
  expect(ledger.wrong).toEqual([]);
  for (const { createdAt, finishedAt } of completed) expect(finishedAt).toBeGreaterThanOrEqual(createdAt);
});

it('says of what nobody read in time that it may have been forgotten, not that it is lost', async () => {
  const { completed, unknown, incomplete } = await run(NEVER_MS);
  expect({ completed: completed.length, unknown }).toEqual({ completed: KEPT, unknown: JOBS - KEPT });
  expect(incomplete).toBe(true);
});
