/** The look at Grafana's panels, proven on a page that is marked as Grafana marks its own: it must see what is wrong. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished } from 'vitest';
import { browserTest } from '../../loadgen/test/support/browser.ts';
import { drawn, files } from './support/dashboards.ts';
import { brokenPanels } from './support/panels.ts';

const [[, dashboard]] = files as [(typeof files)[0]];
const titles = drawn(dashboard).map(({ title }) => title);
const [first = '', second = ''] = titles;

// Grafana's own words, once more: a slip in what the look searches for must not be a slip here.
const FAILED = 'data-testid Panel status error';
const UNFIT = 'data-testid Panel data error message';

interface Shown {
  readonly titles: readonly string[];
  /** By title: the mark that comes with the answer to its query, and what it says. */
  readonly wrong?: Readonly<Record<string, { mark: string; says: string }>>;
}

/** Panels that ask once the page is there, as Grafana's do, and an answer that takes its time. */
async function startFake(shown: Shown): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url === '/api/ds/query') setTimeout(() => response.end('{}'), 200);
    else response.setHeader('content-type', 'text/html').end(pageOf(shown));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/d/${dashboard.uid}`;
}

const pageOf = ({ titles, wrong = {} }: Shown) => `<!doctype html><body><script>
  const element = (parent, name, attributes, text = '') => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return parent.appendChild(made);
  };
  addEventListener('load', () => setTimeout(() => {
    for (const [title, mark, bad] of ${JSON.stringify(titles.map((title) => [title, `data-testid Panel header ${title}`, wrong[title]]))}) {
      const panel = element(document.body, 'section', { 'data-testid': mark });
      element(panel, 'h2', {}, title);
      const bar = element(panel, 'div', { 'aria-label': 'Panel loading bar' });
      fetch('/api/ds/query').then(() => {
        bar.remove();
        if (bad) element(panel, 'button', { 'data-testid': bad.mark, 'aria-label': bad.says });
        else element(panel, 'canvas', {});
      });
    }
  }));
</script></body>`;

describe('of a dashboard', () => {
  browserTest('nothing is broken where every panel has its answer', async ({ open }) => {
    const { page } = await open();
    expect(await brokenPanels(page, await startFake({ titles }), dashboard)).toEqual([]);
  });

  browserTest('a failed query and an answer that cannot be shown are told, by panel', async ({ open }) => {
    const wrong = {
      [first]: { mark: FAILED, says: 'bad_data: parse error' },
      [second]: { mark: UNFIT, says: 'No data' },
    };
    const { page } = await open();
    expect(await brokenPanels(page, await startFake({ titles, wrong }), dashboard)).toEqual([
      `${first}: bad_data: parse error`,
      `${second}: No data`,
    ]);
  });

  browserTest('a panel that is not there is told', async ({ open }) => {
    const { page } = await open();
    const address = await startFake({ titles: titles.slice(1) });
    expect(await brokenPanels(page, address, dashboard)).toEqual([`${first}: is not there`]);
  });
});
