/** How long the rest will take, from what the same cost before. */
import { mean } from 'simple-statistics';
import type { Cell, Grid, Visit } from './grid.ts';
import { isOfCeilings, type Journal } from './journal.ts';

/** Until a visit was seen: the start of its processes and the phases before its cells. */
const VISIT_S = 4;
/** Besides the load: connecting, reading counters, waiting for what is still computed. */
const BESIDES_S = 0.5;
/** Four of them, and jobs for two workers and for Redis. */
const CEILING_LOADS = 8;

export function secondsLeft(journal: Journal, visits: readonly Visit[] = journal.visits): number {
  const { grid } = journal.begun.settings;
  const prepared = journal.visited.map(({ preparedS }) => preparedS);
  const each = prepared.length > 0 ? mean(prepared) : VISIT_S + 3 * grid.quietS;
  return visits.reduce(
    (sum, visit) =>
      isOfCeilings(visit)
        ? sum + ceilingsSeconds(journal)
        : sum + each + journal.open(visit).reduce((s, cell) => s + cellSeconds(journal, grid, visit, cell), 0),
    0,
  );
}

function ceilingsSeconds({ ceiled, begun }: Journal): number {
  const known = ceiled.map(({ tookS }) => tookS);
  return known.length > 0 ? mean(known) : VISIT_S + CEILING_LOADS * begun.settings.grid.quietS;
}

function cellSeconds(journal: Journal, grid: Grid, { mode }: Visit, { ops, connections }: Cell): number {
  const alike = journal.measured.filter((one) => one.ops === ops && one.connections === connections);
  const same = alike.filter((one) => one.mode === mode);
  const known = (same.length > 0 ? same : alike).map(({ tookS }) => tookS);
  return known.length > 0 ? mean(known) : grid.cellS + grid.warmupS + BESIDES_S;
}

/** The same in words, for a line of progress. */
export function leftOf(journal: Journal): string {
  const left = secondsLeft(journal);
  return left > 0 ? `about ${duration(left)} left` : 'the last one';
}

export function duration(s: number): string {
  return s < 90 ? `${Math.ceil(s)} s` : `${Math.ceil(s / 60)} min`;
}
