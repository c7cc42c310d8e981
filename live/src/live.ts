/** The live page's server, put together. */
import { withCa } from '@heavy-lifter/gateway/redis-address';
import { boundedServer, listen } from '@heavy-lifter/gateway/serve';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createApp } from './http/app.ts';
import { Pages } from './http/pages.ts';
import { Kernel } from './lanes/kernel.ts';
import type { News } from './lanes/messages.ts';
import { RemoteLane } from './lanes/remote.ts';
import type { Operator } from './operator.ts';
import { Marks } from './services/marks.ts';
import { namesOf } from './services/names.ts';
import { Services } from './services/services.ts';
import { LosingQueue } from './show/control.ts';
import { Errands } from './show/errands.ts';
import { greeting } from './show/hello.ts';
import { obedience, sayCleared } from './show/obey.ts';
import { Wishes } from './show/orders.ts';
import { Snapshots } from './show/snapshots.ts';

export interface Live {
  readonly port: number;
  /** Ends load, threads and streams. */
  close(): Promise<void>;
}

/** For a page that is loaded again, before its load ends: with what stopping takes, under 5 s. */
const RETURN_MS = 2_500;
const BOUNDS = { MAX_CONNECTIONS: 1_000, RECEIVE_TIMEOUT_MS: 10_000, REQUEST_TIMEOUT_MS: 10_000, HEARTBEAT_MS: 10_000 };

/** Resolves when it listens. `failed` hears of a thread that died of an error: a defect, after which nothing is right. */
export async function startLive(
  config: Config,
  operator: Operator,
  logger: Logger,
  failed: (error: Error) => void,
): Promise<Live> {
  const startedAt = Date.now();
  const kernel = new Kernel();
  const sizePerMs = await kernel.sizePerMs;
  const redis = config.REDIS_URL && withCa(config.REDIS_URL, config.REDIS_CA_FILE);
  const heard = (news: News) => {
    if (news === 'silent') snapshots.soon();
    else if ('cleared' in news) sayCleared(pages, news.cleared);
    else errands.heard(news);
  };
  const lanes = config.LANES.map(
    ({ name: lane, url }) => new RemoteLane({ lane, url, redis: lane === 'queue' ? redis : undefined }, heard, failed),
  );
  const marks = new Marks(() => snapshots.soon());
  const services = new Services(namesOf(config), operator, marks);
  const wishes = new Wishes(lanes, kernel, config.SOLO);
  const snapshots = new Snapshots({
    lanes,
    wishes,
    services,
    marks,
    tell: (snapshot) => pages.tell('snapshot', snapshot),
  });

  let leaving: NodeJS.Timeout | undefined;
  const pages = new Pages((watchers) => {
    snapshots.watch(watchers);
    clearTimeout(leaving);
    if (watchers === 0) leaving = setTimeout(allGone, RETURN_MS);
  });

  function allGone() {
    wishes.take({ do: 'stop' }, null);
    losing.stop();
  }

  const errands = new Errands(lanes, kernel, pages);
  const losing = new LosingQueue(config, (control) => pages.tell('control', control));
  const greet = greeting(config, sizePerMs, startedAt);
  const app = createApp({
    token: config.TOKEN,
    pages,
    logger,
    hello: (you) => greet(you, { marks: [...marks.all], orders: wishes.orders }),
    hasLane: (name) => lanes.some(({ lane }) => lane === name),
    hasService: (name) => services.has(name),
    obey: obedience({ lanes, pages, wishes, services, errands, losing, logger }),
  });
  const server = boundedServer(app, BOUNDS);
  const port = await listen(server, config.HOST, config.PORT);
  logger.info({ port }, 'listening');
  return {
    port,
    async close() {
      losing.stop();
      pages.close();
      snapshots.watch(0);
      server.close();
      server.closeAllConnections();
      clearTimeout(leaving);
      await Promise.all([...lanes.map((lane) => lane.close()), kernel.close(), services.close()]);
    },
  };
}
