/** A lane's account over many ledgers: nothing is lost between them, and what has ended is not remembered. */
import { type Task, workload } from '@heavy-lifter/workloads';
import { expect, it } from 'vitest';
import { Books } from '../src/lanes/books.ts';

const SIZE = { ms: 20, size: 10, first: workload.solve(workload.taskOf(10)) };
const KNOWN = { mode: 'pool', kernel: 'js', timings: { queuedMs: 0, computeMs: 0 } };
/** More than one ledger keeps. */
const MANY = 41_000;

const answer = (task: Task) => JSON.stringify({ ...KNOWN, ...task, ...workload.solve(task) });

it('every request is in one category, whichever ledger has it, and answers to closed ledgers count', () => {
  const books = new Books(() => {});
  const first = books.ask(SIZE);
  for (let n = 1; n < MANY; n++) {
    const entry = books.ask(SIZE);
    if (n % 2 === 0) books.answered(entry, 200, answer(entry.task));
    else books.lost(entry, `reason ${n}`);
  }
  expect(first.task.seed).toBe(0);
  expect(books.account(null)).toMatchObject({ sent: MANY, ok: MANY / 2 - 1, open: 1, addsUp: true, wrong: 0 });
  books.answered(first, 200, answer(first.task));
  expect(books.account(null)).toMatchObject({
    sent: MANY,
    ok: MANY / 2,
    unknown: MANY / 2,
    open: 0,
    addsUp: true,
    wrong: 0,
  });
  // Whoever answers may make reasons up: few are kept.
  expect(books.reasons(100).length).toBeLessThan(100);
});
