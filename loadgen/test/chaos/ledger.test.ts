import { type Task, workload } from '@heavy-lifter/workloads';
import { describe, expect, it } from 'vitest';
import type { StoredJob } from '../../src/account/stored-job.ts';
import { ChaosLedger, type Entry } from '../../src/chaos/ledger.ts';

const TASK: Task = { ops: 100, chunks: 4, seed: 7 };

const ledgerOf = () => new ChaosLedger(TASK, 'test');

const right = (task: Task) => workload.solve(task);

/** A job as Redis has it once a worker has done it. */
function done(id: string, task: Task, more: Partial<StoredJob> = {}): StoredJob {
  const data = { v: 1 as const, ...task, requestId: 'r' };
  const result = { ...right(task), kernel: 'js', timings: { queuedMs: 0, computeMs: 1 } };
  return { id, data, result, failure: undefined, createdAt: 0, startedAt: 0, finishedAt: 1, starts: 1, ...more };
}

const nothing = { result: undefined, finishedAt: undefined };

describe('the ledger of faults', () => {
  it('gives every request a key and a seed of its own', () => {
    const ledger = ledgerOf();
    const entries = Array.from({ length: 50 }, () => ledger.next());
    expect(new Set(entries.map(({ key }) => key)).size).toBe(50);
    expect(new Set(entries.map(({ task }) => task.seed)).size).toBe(50);
  });

  it('counts an acknowledged job that Redis does not know as lost', () => {
    const ledger = ledgerOf();
    const [kept, gone] = [ledger.next(), ledger.next()];
    ledger.acknowledged(kept, '1');
    ledger.acknowledged(gone, '2');
    ledger.found(done('1', kept.task));
    ledger.found(done('2', gone.task, { ...nothing, data: undefined }));
    expect(ledger.counts).toMatchObject({ sent: 2, acknowledged: 2, completed: 1, lost: 1, open: 0 });
    expect(ledger.violations()).toEqual([]);
  });

  it('keeps a job open that has not ended, and asks for it again', () => {
    const ledger = ledgerOf();
    const entry = ledger.next();
    ledger.acknowledged(entry, '1');
    ledger.found(done('1', entry.task, nothing));
    expect(ledger.counts).toMatchObject({ completed: 0, open: 1 });
    expect(ledger.openJobs()).toEqual(['1']);
    ledger.found(done('1', entry.task));
    expect(ledger.counts).toMatchObject({ completed: 1, open: 0 });
    expect(ledger.openJobs()).toEqual([]);
  });

  it.each([
    ['cancelled', 'cancelled: by request', { cancelled: 1, completed: 0, failed: 0 }, []],
    ['cancelled', undefined, { completed: 1 }, ['1 was cancelled and has completed all the same']],
    ['cancelled', 'kernel_panic: x', { failed: 1 }, ['1 was cancelled and has failed all the same']],
    ['too late', undefined, { completed: 1 }, []],
    ['too late', 'cancelled: by request', { cancelled: 1 }, ['1 had ended and was cancelled all the same']],
    ['unknown', undefined, { completed: 1 }, []],
    ['unknown', 'cancelled: by request', { cancelled: 1 }, []],
    [undefined, 'cancelled: by request', { cancelled: 0, failed: 1 }, []],
  ] as const)(
    'holds a cancel that was answered %s against a job whose failure is %s',
    (answer, failure, counts, wrong) => {
      const ledger = ledgerOf();
      const entry = ledger.next();
      ledger.acknowledged(entry, '1');
      if (answer) ledger.cancels.answered('1', answer);
      ledger.found(done('1', entry.task, failure ? { result: undefined, failure } : {}));
      expect(ledger.counts).toMatchObject({ acknowledged: 1, open: 0, lost: 0, ...counts });
      expect(ledger.violations()).toEqual(wrong);
    },
  );

  it('files why a job failed', () => {
    const ledger = ledgerOf();
    const entry = ledger.next();
    ledger.acknowledged(entry, '1');
    ledger.found(done('1', entry.task, { result: undefined, failure: 'stalled' }));
    expect(ledger.counts).toMatchObject({ completed: 0, failed: 1, lost: 0 });
    expect(ledger.reasons()).toEqual({ stalled: 1 });
  });

  it('shows a job that was done twice', () => {
    const ledger = ledgerOf();
    const entry = ledger.next();
    ledger.acknowledged(entry, '1');
    ledger.found(done('1', entry.task, { starts: 2 }));
    expect(ledger.counts).toMatchObject({ completed: 1, startedAgain: 1 });
  });

  it('takes a repetition that ends well for the end of the request', () => {
    const ledger = ledgerOf();
    const entry = ledger.next();
    ledger.end(entry, 'unknown', 'UND_ERR_SOCKET');
    ledger.repeated();
    ledger.acknowledged(entry, '1');
    ledger.found(done('1', entry.task));
    expect(ledger.counts).toMatchObject({ acknowledged: 1, completed: 1, unknown: 0, repeated: 1 });
  });

  it('sees one request that became two jobs', () => {
    const ledger = ledgerOf();
    const entry = ledger.next();
    ledger.acknowledged(entry, '1');
    ledger.acknowledged(entry, '2');
    expect(ledger.violations()).toEqual([`${entry.key} became two jobs`]);
  });

  it('sees two requests that became one job', () => {
    const ledger = ledgerOf();
    const [first, second] = [ledger.next(), ledger.next()];
    ledger.acknowledged(first, '1');
    ledger.acknowledged(second, '1');
    expect(ledger.violations()).toEqual([`${second.key} and ${first.key} became one job`]);
  });

  it('sees a wrong result, of a job and of a direct answer', () => {
    const ledger = ledgerOf();
    const [job, direct] = [ledger.next(), ledger.next()];
    ledger.acknowledged(job, '1');
    ledger.found(done('1', job.task, { result: { ...done('1', direct.task).result } as StoredJob['result'] }));
    ledger.answered(direct, { checksum: '00000000', count: TASK.ops });
    expect(ledger.violations()).toHaveLength(2);
  });

  it('sees a job that was computed rightly and is another than the one promised', () => {
    const ledger = ledgerOf();
    const entry = ledger.next();
    ledger.acknowledged(entry, '1');
    ledger.found(done('1', { ...entry.task, seed: 99 }));
    expect(ledger.violations()).toContain('1 is another task');
  });

  describe('held against all that Redis has', () => {
    const stored = (id: string, entry: Entry) =>
      done(id, entry.task, { data: { v: 1, ...entry.task, requestId: entry.key }, finishedAt: 5 });

    it('finds nothing where each request has the one job that it was told of', () => {
      const ledger = ledgerOf();
      const entry = ledger.next();
      ledger.acknowledged(entry, '1');
      ledger.found(stored('1', entry));
      ledger.audit([stored('1', entry), done('9', entry.task)], 1);
      expect(ledger.violations()).toEqual([]);
      expect(ledger.counts).toMatchObject({ completed: 1, lost: 0 });
    });

    it('sees a second job of a repeated request', () => {
      const ledger = ledgerOf();
      const entry = ledger.next();
      ledger.acknowledged(entry, '2');
      ledger.audit([stored('1', entry), stored('2', entry)], 1);
      expect(ledger.violations()).toEqual([`${entry.key} became two jobs`]);
    });

    it('sees a request that was refused and became a job all the same', () => {
      const ledger = ledgerOf();
      const entry = ledger.next();
      ledger.end(entry, 'refused');
      ledger.audit([stored('1', entry)], 1);
      expect(ledger.violations()).toEqual([`${entry.key} was refused and became a job all the same`]);
    });

    it('sees a job that was completed and is gone, unless Redis may have let it go by then', () => {
      const ledger = ledgerOf();
      const entry = ledger.next();
      ledger.acknowledged(entry, '1');
      ledger.found(stored('1', entry));
      ledger.audit([], 6);
      expect(ledger.counts).toMatchObject({ completed: 1, lost: 0 });
      ledger.audit([], 5);
      expect(ledger.counts).toMatchObject({ completed: 0, lost: 1 });
    });
  });

  it('sees a request that is filed nowhere', () => {
    const ledger = ledgerOf();
    ledger.next();
    expect(ledger.violations()).toEqual(['1 requests are filed nowhere: the counts do not add up']);
  });
});
