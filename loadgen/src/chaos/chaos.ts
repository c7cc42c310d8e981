/** A chaos run: steady state -> fault -> recovery, cell by cell and again and again, then drain -> verdict. */
import { setTimeout as sleep } from 'node:timers/promises';
import { machine, versions } from '../bench/machine.ts';
import { Failure } from '../failure.ts';
import { untilReady } from '../load/target.ts';
import { Progress } from '../progress.ts';
import { refuseLongWait } from '../queue/before.ts';
import { runId } from '../run-id.ts';
import { Telemetry } from '../watch/telemetry.ts';
import { cellsOf } from './cells.ts';
import type { ChaosConfig } from './config.ts';
import { judge, type Lane, prepare } from './lane.ts';
import { describeRound } from './report.ts';
import { ChaosResult } from './result.ts';
import { round } from './round.ts';
import { World } from './world.ts';

/** Whatever restarts a process waits longer for one that lived less than 10 s. */
const SETTLED_S = 10.5;
const SETTLE_LIMIT_MS = 120_000;
const DRAIN_LIMIT_S = 120;

/** Runs every cell that `config` asks for. What broke is in the result; a `Failure` is thrown where nothing can be said. */
export async function chaos(config: ChaosConfig, signal: AbortSignal): Promise<ChaosResult> {
  const startedAt = new Date();
  const id = runId(startedAt, `chaos-${config.MODE}`);
  const cells = cellsOf(config);
  const telemetry = new Telemetry(config.MODE, id);
  const progress = new Progress();
  let world: World | undefined;
  try {
    await telemetry.listen(config.METRICS_HOST, config.METRICS_PORT);
    await untilReady(config.GATEWAY_URL, config.READY_LIMIT, signal);
    world = await World.open(config, telemetry);
    await refuseLongWait(world.backlog);
    const lanes: Lane[] = [];
    for (const cell of cells) lanes.push(await prepare(world, cell, `${id}-${cell.target}-${cell.fault}`, signal));
    await run(world, lanes, progress, signal);
    const opened = world;
    return ChaosResult.parse({
      schema: 1,
      id,
      startedAt: startedAt.toISOString(),
      mode: config.MODE,
      runtime: config.RUNTIME,
      load: { ratePerS: world.rate, ops: config.OPS, chunks: config.CHUNKS },
      machine: machine(),
      versions: versions(config),
      cells: lanes.map((lane) => judge(lane, opened)),
    } satisfies ChaosResult);
  } finally {
    progress.end();
    await world?.close();
    await telemetry.close();
  }
}

async function run(world: World, lanes: readonly Lane[], progress: Progress, signal: AbortSignal): Promise<void> {
  const { ROUNDS } = world.config;
  const attempt = async (work: () => Promise<void>, concerned: readonly Lane[]) => {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      for (const { troubles } of concerned) troubles.push(error instanceof Error ? error.message : String(error));
    }
  };
  progress.phase('chaos', `${ROUNDS} round(s) of ${lanes.length} cell(s), ${world.rate} requests/s`);
  world.begin(signal);
  for (let n = 1; n <= ROUNDS; n++)
    for (const lane of inTurn(lanes)) {
      if (lane.troubles.length > 0) continue;
      await attempt(async () => {
        const { cell, inflict, takeInHand, rounds } = lane;
        world.fileIn(lane.ledger);
        await untilSettled(world, cell.service, signal);
        const done = await round(world, cell, inflict, takeInHand, signal);
        rounds.push(done);
        progress.note(`${n}/${ROUNDS} ${cell.service} ${cell.fault}: ${describeRound(done)}`);
        // Now, because Redis keeps completed jobs for an hour and 100,000 of them.
        await world.lookUp();
      }, [lane]);
    }
  await world.end();
  await attempt(async () => {
    await world.backlog?.drain(DRAIN_LIMIT_S, signal, (left) => progress.update(`${left} jobs left`));
    await world.lookUp();
    await world.audit();
  }, lanes);
}

/** One fault after the other, so that a service has time to settle while others have their turn. */
function inTurn(lanes: readonly Lane[]): Lane[] {
  const faults = [...new Set(lanes.map(({ cell }) => cell.fault))];
  return faults.flatMap((fault) => lanes.filter(({ cell }) => cell.fault === fault));
}

async function untilSettled(world: World, service: string, signal: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + SETTLE_LIMIT_MS; ; await sleep(200, undefined, { signal })) {
    if (((await world.engine.run(service))?.upS ?? 0) >= SETTLED_S) return;
    if (Date.now() > deadline) throw new Failure(`${service} does not stay up`);
  }
}
