/** The program of a lane's thread: it does as it is told, and reports when it is asked to. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RedisAddress } from '@heavy-lifter/gateway/redis-address';
import { Asks } from '../follow/asks.ts';
import { Follows } from '../follow/follows.ts';
import { Lane } from './lane.ts';
import type { FromLane, LaneSettings, ToLane } from './messages.ts';

const settings = workerData as LaneSettings;
/** BullMQ's client is large: only a lane with a queue has it. */
const openJobs = async (redis: RedisAddress) => new (await import('./jobs.ts')).Jobs(redis);
const jobs = settings.redis && (await openJobs(settings.redis));
const lane = new Lane(settings, jobs, () => tell('silent'));

const tell = (message: FromLane) => parentPort?.postMessage(message);

function watch(on: boolean, often: boolean): void {
  lane.heart.beat(on, often);
  if (lane.jobs) lane.jobs.watched = on;
}

async function clear(): Promise<void> {
  const cleared = await lane.jobs?.clear().catch(() => undefined);
  tell({ cleared });
}

const { books } = lane;
const asks = new Asks({ ...settings, books, tell: (asked) => tell({ asked }) });
const follows = new Follows({ ...settings, books, tell: (trace) => tell({ trace }) });

async function cancel(id: string): Promise<void> {
  const refused = await asks.cancel(id);
  if (refused) tell({ refused: { id, why: refused } });
}

parentPort?.on('message', (message: ToLane) => {
  switch (message.do) {
    case 'users':
      lane.barrage = message.barrage;
      return lane.users.set(message.users);
    case 'size':
      lane.users.size = message.size;
      return;
    case 'watch':
      return watch(message.on, message.often);
    case 'report':
      return tell({ report: lane.report() });
    case 'clear':
      return void clear();
    case 'ask':
      return void asks.ask(message.wish);
    case 'follow':
      return void follows.follow(message.wish);
    case 'cancel':
      return void cancel(message.id);
    case 'end':
      watch(false, false);
      asks.close();
      follows.close();
      return void lane.close().then(() => parentPort?.close());
  }
});
