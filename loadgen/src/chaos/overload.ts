/** Ten times what can be served, for a minute: what is refused, how soon, at what memory, and when it is over. */
import { workload } from '@heavy-lifter/workloads';
import { calibrate } from '../bench/calibrate.ts';
import { countCpus } from '../bench/machine.ts';
import { Latency } from '../load/latency.ts';
import { pace } from '../load/pacer.ts';
import { startSampler } from '../watch/resources.ts';
import type { Cell } from './cells.ts';
import { Client, type Seen } from './client.ts';
import { served } from './recovery.ts';
import type { Overload } from './result.ts';
import type { World } from './world.ts';

const FLOOD_S = 60;
/** Tasks of a size of which this many a second can be served. */
const SERVED_PER_S = 100;
const TIMES = 10;
/** More than any mode takes in hand: the bound that is met must be the service's. */
const CONNECTIONS = 2_000;
const MAX_IN_FLIGHT = 20_000;

/** Resolves to a flood that can be let loose once and again, after asking the idle service what it can do. */
export async function floodFor(world: World, { service }: Cell, keyPrefix: string, signal: AbortSignal) {
  const { config } = world;
  const { sizePerSecondPerCore } = await calibrate(config.GATEWAY_URL, [], signal);
  const cores = countCpus(config.SERVICE_CPUS) || (config.THREADS ?? 1);
  const size = Math.round((sizePerSecondPerCore * cores) / SERVED_PER_S);
  const ledger = world.ledger(workload.taskOf(size), `${keyPrefix}-flood`);

  return async (): Promise<Overload> => {
    const client = new Client(config.GATEWAY_URL, world.backlog !== undefined, CONNECTIONS);
    const refused = new Latency();
    const counts = { asked: 0, served: 0, refused: 0 };
    const count = ({ sentAt, endedAt, end }: Seen) => {
      if (end === 'refused') {
        counts.refused++;
        refused.record(endedAt - sentAt);
      } else if (served({ end })) counts.served++;
    };
    const sampler = await startSampler(config.SERVICES.filter(({ name }) => name === service));
    const { skipped } = await pace({
      rate: TIMES * SERVED_PER_S,
      durationS: FLOOD_S,
      maxInFlight: MAX_IN_FLIGHT,
      signal,
      async send() {
        counts.asked++;
        count(await client.ask(ledger, ledger.next()));
        return false;
      },
    });
    const resources = await sampler.soFar();
    sampler.stop();
    await client.settled();
    await client.close();
    return { ...counts, skipped, refusedMs: refused.summary(), peakRssBytes: resources[service]?.peakRssBytes ?? 0 };
  };
}
