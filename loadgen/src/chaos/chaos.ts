/** A chaos run: for each cell steady state -> fault -> recovery, again and again, then drain -> verdict. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { machine, versions } from '../machine.ts';
import { Progress } from '../progress.ts';
import { untilReady } from '../target.ts';
import { Telemetry } from '../telemetry.ts';
import { type Cell, cellsOf } from './cells.ts';
import type { ChaosConfig } from './config.ts';
import { faultFor } from './faults.ts';
import { handsFor } from './in-hand.ts';
import { describeRound } from './report.ts';
import { type CellResult, ChaosResult, type Round } from './result.ts';
import { round } from './round.ts';
import { broken, sum } from './verdict.ts';
import { World } from './world.ts';

/** Whatever restarts a process waits longer for one that lived less than 10 s. */
const SETTLED_S = 10.5;
const SETTLE_LIMIT_MS = 120_000;
const DRAIN_LIMIT_S = 120;

/** Runs every cell that `config` asks for. What broke is in the result; a `Failure` is thrown where nothing can be said. */
export async function chaos(config: ChaosConfig, signal: AbortSignal): Promise<ChaosResult> {
  const startedAt = new Date();
  const id = `${startedAt.toISOString().replace(/[-:]|\.\d+/g, '')}-chaos-${config.MODE}`;
  const cells = cellsOf(config.MODE, config.TARGET, config.FAULT);
  const telemetry = new Telemetry(config.MODE, id);
  const progress = new Progress();
  const results: CellResult[] = [];
  let ratePerS = 0;
  try {
    await telemetry.listen(config.METRICS_HOST, config.METRICS_PORT);
    await untilReady(config.GATEWAY_URL, config.READY_LIMIT, signal);
    for (const cell of cells) {
      const world = await World.open(config, telemetry);
      ratePerS = world.rate;
      try {
        results.push(await runCell(world, cell, `${id}-${cell.target}-${cell.fault}`, progress, signal));
      } finally {
        await world.close();
      }
    }
  } finally {
    progress.end();
    await telemetry.close();
  }
  return ChaosResult.parse({
    schema: 1,
    id,
    startedAt: startedAt.toISOString(),
    mode: config.MODE,
    runtime: config.RUNTIME,
    load: { ratePerS, ops: config.OPS, chunks: config.CHUNKS },
    machine: machine(),
    versions: versions(config),
    cells: results,
  } satisfies ChaosResult);
}

async function runCell(
  world: World,
  cell: Cell,
  keyPrefix: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<CellResult> {
  const { OPS: ops, CHUNKS: chunks, ROUNDS } = world.config;
  const { service, fault } = cell;
  progress.phase(`${service} ${fault}`, `${ROUNDS} round(s), ${world.rate} requests/s`);
  const ledger = world.ledger({ ops, chunks, seed: 0 }, keyPrefix);
  const takeInHand = handsFor(world, cell, keyPrefix);
  const inflict = await faultFor(world, cell, keyPrefix, signal);
  world.begin(ledger, signal);
  const rounds: Round[] = [];
  // What goes wrong here is part of the verdict: the other cells' results must not be lost with it.
  const troubles: string[] = [];
  const note = (error: unknown) => {
    signal.throwIfAborted();
    troubles.push(error instanceof Error ? error.message : String(error));
  };
  try {
    for (let n = 0; n < ROUNDS; n++) {
      await untilSettled(world, service, signal);
      const done = await round(world, cell, inflict, takeInHand, signal);
      rounds.push(done);
      progress.note(`${n + 1}/${ROUNDS} ${describeRound(done)}`);
      // Now, because Redis keeps completed jobs for an hour and 100,000 of them.
      await world.lookUp();
    }
  } catch (error) {
    note(error);
  }
  await world.end();
  try {
    await world.backlog?.drain(DRAIN_LIMIT_S, signal, (left) => progress.update(`${left} jobs left`));
    await world.lookUp();
    await world.audit();
  } catch (error) {
    note(error);
  }

  const counts = sum(world.ledgers.map((ledger) => ledger.counts));
  const reasons: Record<string, number> = {};
  for (const ledger of world.ledgers)
    for (const [why, count] of Object.entries(ledger.reasons())) reasons[why] = (reasons[why] ?? 0) + count;
  const violations = [...troubles, ...world.ledgers.flatMap((ledger) => ledger.violations())];
  const queued = world.backlog !== undefined;
  const { target } = cell;
  return {
    target,
    fault,
    rounds,
    counts,
    reasons,
    broken: broken(cell, queued, world.rate, rounds, counts, violations),
  };
}

async function untilSettled(world: World, service: string, signal: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + SETTLE_LIMIT_MS; ; await sleep(200, undefined, { signal })) {
    if (((await world.engine.run(service))?.upS ?? 0) >= SETTLED_S) return;
    if (Date.now() > deadline) throw new Failure(`${service} does not stay up`);
  }
}
