/** One cell on its way through a run: its books, its fault, its rounds, and what is to be said of them. */
import { workload } from '@heavy-lifter/workloads';
import type { Cell } from './cells.ts';
import { faultFor, type Inflict } from './faults.ts';
import { handsFor, type InHand } from './in-hand.ts';
import type { ChaosLedger } from './ledger.ts';
import type { CellResult, Round } from './result.ts';
import { broken, sum } from './verdict.ts';
import type { World } from './world.ts';

export interface Lane {
  readonly cell: Cell;
  /** Of the steady load while this cell has its turn. */
  readonly ledger: ChaosLedger;
  /** All of this cell's, the steady load's among them. */
  readonly ledgers: readonly ChaosLedger[];
  readonly inflict: Inflict;
  readonly takeInHand: () => Promise<InHand>;
  readonly rounds: Round[];
  /** What went wrong with the measuring itself: part of the verdict, so that other cells' results are not lost with it. */
  readonly troubles: string[];
}

/** Made before the load begins: knowing some answers takes a while, and some faults have to know the service. */
export async function prepare(world: World, cell: Cell, keyPrefix: string, signal: AbortSignal): Promise<Lane> {
  const { OPS, CHUNKS } = world.config;
  const before = world.ledgers.length;
  const ledger = world.ledger(workload.taskOf(OPS, CHUNKS), keyPrefix);
  const takeInHand = handsFor(world, cell, keyPrefix);
  const inflict = await faultFor(world, cell, keyPrefix, signal);
  return { cell, ledger, ledgers: world.ledgers.slice(before), inflict, takeInHand, rounds: [], troubles: [] };
}

export function judge({ cell, ledgers, rounds, troubles }: Lane, world: World): CellResult {
  const { target, fault } = cell;
  const counts = sum(ledgers.map((ledger) => ledger.counts));
  const reasons: Record<string, number> = {};
  for (const ledger of ledgers)
    for (const [why, count] of Object.entries(ledger.reasons())) reasons[why] = (reasons[why] ?? 0) + count;
  const violations = [...troubles, ...ledgers.flatMap((ledger) => ledger.violations())];
  const queued = world.backlog !== undefined;
  return {
    target,
    fault,
    rounds,
    counts,
    reasons,
    broken: broken(cell, queued, world.rate, rounds, counts, violations),
  };
}
