import { expect, it } from 'vitest';
import type { Counts } from '../../src/chaos/ledger.ts';
import { broken, sum } from '../../src/chaos/verdict.ts';
import { counts, round } from './support.ts';

const WORKER_KILL = { target: 'rust-worker', fault: 'KILL' } as const;
const kept: Partial<Counts> = { sent: 10, acknowledged: 9, completed: 9, refused: 1 };
const verdict = (more: Partial<Counts>, rounds = [round()], violations: string[] = []) =>
  broken(WORKER_KILL, true, 100, rounds, counts({ ...kept, ...more }), violations);

it('finds nothing where everything acknowledged is done', () => {
  expect(verdict({})).toEqual([]);
  expect(verdict({ startedAgain: 3, repeated: 2 })).toEqual([]);
});

it.each([
  [{ completed: 8, lost: 1 }, '1 acknowledged job(s) lost'],
  [{ completed: 8, failed: 1 }, '1 request(s) or job(s) failed'],
  [{ completed: 8, open: 1 }, '1 job(s) neither done nor failed after the drain'],
  [{ refused: 0, unknown: 1 }, '1 request(s) without a known outcome'],
  [{ completed: 8 }, 'the counts do not add up: 10 sent, 9 ended'],
])('a queue that has %o breaks its promise', (more, what) => {
  expect(verdict(more)).toEqual([what]);
});

it('passes on what is wrong with the books', () => {
  expect(verdict({}, [round()], ['k-1 became two jobs'])).toEqual(['k-1 became two jobs']);
});

it('wants every round to recover', () => {
  expect(verdict({}, [round(), round({ recovered: false })])).toEqual(['1 round(s) without recovery']);
});

it('wants a steady state before each fault', () => {
  expect(verdict({}, [round({ steadyPerS: 5 })])).toEqual(['1 round(s) without a steady state']);
});

it('lets requests in flight die with their process, where no queue has promised anything', () => {
  const inFlight = counts({ sent: 10, completed: 7, unknown: 3 });
  const died = round({ inHand: { requests: 10, notServed: 3 } });
  expect(broken({ target: 'gateway', fault: 'KILL' }, false, 100, [died], inFlight, [])).toEqual([]);
  expect(broken({ target: 'gateway', fault: 'TERM' }, false, 100, [died], inFlight, [])).toEqual([
    '3 request(s) in flight were not served by a gateway that was told to leave',
  ]);
});

it('adds counts up', () => {
  expect(sum([counts({ sent: 2, lost: 1 }), counts({ sent: 3, repeated: 1 })])).toEqual(
    counts({ sent: 5, lost: 1, repeated: 1 }),
  );
});
