/** The live page's server in this process, on a port of its own, over services that a test started. */
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import type { Command } from '../../src/contract.ts';
import { type Live, startLive } from '../../src/live.ts';
import type { OperatedService, Operator } from '../../src/operator.ts';
import { Page } from './page.ts';

export const TOKEN = 'a-token-that-only-tests-know-0123456789';

export interface TestLive {
  readonly url: string;
  readonly log: () => string;
  /** Opens a page; it is there when it has been greeted. */
  open(): Promise<Page>;
  /** Resolves to the answer's status. */
  command(command: Command, page?: Page): Promise<number>;
  close(): Promise<void>;
}

/** What a test's services are, by name, and what is done to them. */
export interface Operated {
  readonly states: Map<string, OperatedService['state'] | 'cannot be asked'>;
  act: Operator['act'];
}

export async function startTestLive(
  lanes: Record<string, string>,
  env: Record<string, string> = {},
  operated?: Operated,
) {
  const LANES = Object.entries(lanes).map(([name, url]) => `${name}=${url}`);
  const SERVICES = Object.keys(lanes).map((name) => `gateway-${name}=http://127.0.0.1:1`);
  const read = readConfig({
    PORT: '0',
    TOKEN,
    LANES: LANES.join(','),
    SERVICES: SERVICES.join(','),
    CONTROL_SOCKET: '/nowhere',
    ...env,
  });
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  let log = '';
  const write = (line: string) => {
    log += line;
  };
  const logger = pino({ level: 'debug' }, { write });
  const live: Live = await startLive(read.config, operatorOf(operated), logger, (error) => {
    throw error;
  });
  const url = `http://127.0.0.1:${live.port}`;
  const pages: Page[] = [];
  return {
    url,
    log: () => log,
    async open() {
      const page = await Page.open(url, TOKEN);
      pages.push(page);
      return page;
    },
    async command(command, page) {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const named = page ? { ...headers, 'x-page': page.hello.you } : headers;
      const response = await fetch(`${url}/commands`, {
        method: 'POST',
        headers: named,
        body: JSON.stringify(command),
      });
      await response.text();
      return response.status;
    },
    async close() {
      for (const page of pages) page.close();
      await live.close();
    },
  } satisfies TestLive;
}

function operatorOf(operated: Operated | undefined): Operator {
  const since = Date.now();
  return {
    async services() {
      return [...(operated?.states ?? [])].map(([name, state]) => {
        if (state === 'cannot be asked') throw new Error('nobody can be asked');
        return { name, state, since, cpu: null, rssBytes: null, restarts: null };
      });
    },
    act: async (verb, service) => operated?.act(verb, service),
    close: async () => {},
  };
}
