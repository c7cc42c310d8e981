import type { Task } from '@heavy-lifter/workloads';
import { describe, expect, it } from 'vitest';
import { Ledger } from '../src/account/ledger.ts';
import { answerTo, jobDocument, problem } from './support/documents.ts';

const TASK: Task = { ops: 100, chunks: 4, seed: 7 };

/** A ledger that has handed out `count` requests, and these. */
function asked(count: number, task = TASK): { ledger: Ledger; tasks: Task[] } {
  const ledger = Ledger.of(task);
  const tasks = Array.from({ length: count }, () => {
    ledger.sent();
    return ledger.next();
  });
  return { ledger, tasks };
}

const body = (document: object) => JSON.stringify(document);

describe('a ledger', () => {
  it('gives every request a seed of its own and knows each answer', () => {
    const { ledger, tasks } = asked(50);
    expect(new Set(tasks.map(({ seed }) => seed)).size).toBe(50);
    for (const task of tasks) expect(ledger.answered(200, body(answerTo(task)))).toBe('ok');
    expect(ledger.wrongCount).toBe(0);
    expect(ledger.counts).toMatchObject({ sent: 50, ok: 50 });
    expect(ledger.addsUp).toBe(true);
  });

  it('has an heir that goes on with its seeds, and leaves its books behind', () => {
    const { ledger, tasks } = asked(3);
    const heir = ledger.heir();
    heir.sent();
    const next = heir.next();
    expect(next).toEqual({ ...TASK, seed: TASK.seed + 3 });
    expect(heir.answered(200, body(answerTo(next)))).toBe('ok');
    expect([heir.counts.ok, heir.wrongCount, ledger.counts.ok]).toEqual([1, 0, 0]);
    heir.answered(200, body(answerTo(tasks[0] as Task)));
    expect(heir.wrongCount).toBe(1);
  });

  it('takes answers in any order', () => {
    const { ledger, tasks } = asked(20);
    for (const task of tasks.toReversed()) ledger.answered(200, body(answerTo(task)));
    expect(ledger.wrongCount).toBe(0);
  });

  it('goes on over the wrap of the seed', () => {
    const { ledger, tasks } = asked(6, { ...TASK, seed: 0xffff_fffd });
    expect(tasks.map(({ seed }) => seed)).toEqual([0xffff_fffd, 0xffff_fffe, 0xffff_ffff, 0, 1, 2]);
    for (const task of tasks) ledger.answered(200, body(answerTo(task)));
    expect(ledger.wrong).toEqual([]);
  });

  it('sees a wrong checksum and names it', () => {
    const { ledger, tasks } = asked(1);
    ledger.answered(200, body({ ...answerTo(tasks[0] as Task), checksum: '00000bad' }));
    expect(ledger.wrongCount).toBe(1);
    expect(ledger.wrong[0]).toContain('seed 7: 00000bad after 100 ops');
  });

  it('sees a right checksum of too little work', () => {
    const { ledger, tasks } = asked(1);
    ledger.answered(200, body({ ...answerTo(tasks[0] as Task), count: 99 }));
    expect(ledger.wrongCount).toBe(1);
  });

  it('sees a cached answer, right in itself', () => {
    const { ledger, tasks } = asked(2);
    for (const _ of tasks) ledger.answered(200, body(answerTo(tasks[0] as Task)));
    expect(ledger.wrong).toEqual(['seed 7 was answered twice']);
  });

  it.each([
    ['beyond the last one', 9],
    ['before the first one', 6],
  ])('sees an answer for a seed that was never asked for: %s', (_, seed) => {
    const { ledger } = asked(2);
    ledger.answered(200, body(answerTo({ ...TASK, seed })));
    expect(ledger.wrong).toEqual([`seed ${seed} was never asked for`]);
  });

  it.each([
    ['no JSON', 'ok'],
    ['another document', '{"checksum":"514e28b7"}'],
  ])('sees a 200 that is no answer: %s', (_, text) => {
    const { ledger } = asked(1);
    expect(ledger.answered(200, text)).toBe('failed');
    expect(ledger.wrongCount).toBe(1);
    expect(ledger.addsUp).toBe(true);
  });

  it('keeps the id of an accepted job, and takes its result later', () => {
    const { ledger, tasks } = asked(1);
    expect(ledger.answered(202, body(jobDocument('j1')))).toBe('accepted');
    expect([...ledger.jobs]).toEqual(['j1']);
    const [task] = tasks as [Task];
    expect(ledger.check(task, answerTo(task))).toBe(true);
    expect(ledger.check(task, { checksum: 'ffffffff', count: task.ops })).toBe(false);
  });

  it('sees a 202 without a job', () => {
    const { ledger } = asked(1);
    expect(ledger.answered(202, '{}')).toBe('failed');
    expect({ wrongCount: ledger.wrongCount, jobs: [...ledger.jobs] }).toEqual({ wrongCount: 1, jobs: [] });
  });

  it('sees one job that was promised to two requests', () => {
    const { ledger } = asked(2);
    for (let n = 0; n < 2; n++) ledger.answered(202, body(jobDocument('j1')));
    expect(ledger.wrong).toEqual(['job j1 was promised twice']);
  });

  it('tells a bound that refuses from a failure, and names the bound', () => {
    const { ledger } = asked(4);
    expect(ledger.answered(503, body(problem(503, 'overloaded', 'MAX_QUEUE')))).toBe('refused');
    expect(ledger.answered(503, body(problem(503, 'unavailable')))).toBe('failed');
    expect(ledger.answered(500, '<html>')).toBe('failed');
    ledger.lost('ECONNRESET');
    expect(Object.fromEntries(ledger.reasons)).toEqual({
      'overloaded (MAX_QUEUE)': 1,
      unavailable: 1,
      'status 500 without a problem document': 1,
      ECONNRESET: 1,
    });
    expect(ledger.wrongCount).toBe(0);
    expect(ledger.addsUp).toBe(true);
  });

  it('adds up only when every request has ended in one way', () => {
    const { ledger, tasks } = asked(3);
    ledger.answered(200, body(answerTo(tasks[0] as Task)));
    ledger.lost('ECONNRESET');
    expect(ledger.addsUp).toBe(false);
    ledger.cutOff();
    expect(ledger.counts).toMatchObject({ sent: 3, ok: 1, unknown: 1, cut: 1 });
    expect(ledger.addsUp).toBe(true);
    ledger.cutOff();
    expect(ledger.addsUp).toBe(false);
  });

  it('remembers only the first few wrong answers, and counts all', () => {
    const { ledger } = asked(30);
    for (let n = 0; n < 30; n++) ledger.answered(200, '');
    expect(ledger.wrong).toHaveLength(10);
    expect(ledger.wrongCount).toBe(30);
  });
});
