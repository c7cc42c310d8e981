/** What each command does, and what is said of those that could not be done. */
import type { Logger } from 'pino';
import type { Command } from '../contract.ts';
import type { Pages } from '../http/pages.ts';
import type { RemoteLane } from '../lanes/remote.ts';
import type { Services } from '../services/services.ts';
import type { LosingQueue } from './control.ts';
import type { Errands } from './errands.ts';
import type { Wishes } from './orders.ts';

interface Parts {
  readonly lanes: readonly RemoteLane[];
  readonly pages: Pages;
  readonly wishes: Wishes;
  readonly services: Services;
  readonly errands: Errands;
  readonly losing: LosingQueue;
  readonly logger: Logger;
}

/** A command, and the page whose it is; null: a program's, or a page's that does not say. */
export type Obey = (command: Command, page: string | null) => void;

export function obedience({ lanes, pages, wishes, services, errands, losing, logger }: Parts): Obey {
  /** Resolves to why it was not done, if so. */
  async function obey(command: Command, page: string | null): Promise<string | undefined> {
    switch (command.do) {
      case 'service': {
        wishes.stir();
        const { verb, service } = command;
        const why = await services.act(verb, service);
        return why && `${verb} ${service}: ${why}`;
      }
      case 'clear': {
        const queue = lanes.find(({ lane }) => lane === 'queue');
        queue?.tell({ do: 'clear' });
        return queue ? undefined : 'there is no queue here that could be cleared';
      }
      case 'follow':
      case 'ask':
      case 'cancel':
        wishes.stir();
        return errands.take(command, wishes.orders.taskMs, page);
      case 'control':
        return losing.begin();
      default:
        // Whoever has gone has nothing more to order: the load would never end.
        if (pages.count > 0 || command.do === 'stop') wishes.take(command, page);
        return undefined;
    }
  }

  return async (command, page) => {
    logger.info({ command, page }, 'command');
    const why = await obey(command, page).catch((err) => {
      logger.error({ err }, 'a command');
      return 'an internal error; the log has it';
    });
    if (why) pages.tell('said', { at: Date.now(), says: why, problem: true }, page);
  };
}

export function sayCleared(pages: Pages, cleared: number | undefined): void {
  const says =
    cleared === undefined
      ? 'nothing was cleared: Redis could not be asked'
      : `${cleared} waiting job${cleared === 1 ? ' was' : 's were'} cleared`;
  pages.tell('said', { at: Date.now(), says, problem: cleared === undefined });
}
