/** The page in headless Chromium, over the real server and a real gateway. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { freePort } from '../../gateway/test/support/processes.ts';
import { browserTest, type Opened } from '../../loadgen/test/support/browser.ts';
import { type Operated, startTestLive, type TestLive, TOKEN } from './support/live.ts';
import { type Process, startGateway } from './support/processes.ts';

let inline: Process;
let live: TestLive;
const operated: Operated = { states: new Map([['gateway-inline', 'running']]), act: kill };

async function kill() {
  await inline.stop('SIGKILL');
  operated.states.set('gateway-inline', 'stopped');
  await inline.restart();
  operated.states.set('gateway-inline', 'running');
}

beforeAll(async () => {
  await import('../scripts/bundle.ts');
  inline = await startGateway('inline');
  live = await startTestLive({ inline: inline.url }, {}, operated);
});

afterAll(async () => {
  await live?.close();
  await inline?.stop();
});

const address = (wishes = '') => `${live.url}/#token=${TOKEN}${wishes}`;

/** What axe finds that keeps people from using the page. */
async function serious(tab: Tab) {
  await tab.evaluate(`(() => { const module = undefined; ${axe.source} })()`);
  const found = (await tab.evaluate('axe.run()')) as axe.AxeResults;
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function saved(tab: Tab, folder: string): Promise<string> {
  const download = tab.waitForEvent('download');
  await tab.getByRole('button', { name: 'Save recording' }).click();
  const file = join(folder, 'recording.html');
  await (await download).saveAs(file);
  return file;
}

describe('the page', () => {
  browserTest('is driven by names, shows what was done over its charts, and is kept as a file', async ({ open }) => {
    const { page: tab, errors, requests } = await open({ viewport: { width: 1280, height: 900 } });
    await tab.goto(address());
    expect(tab.url()).not.toContain(TOKEN);
    const lane = tab.getByRole('region', { name: 'inline' });
    await lane.getByText('answers', { exact: true }).waitFor();
    await tab.getByLabel('Users of inline').fill('5');
    await lane.getByText(/5 users/).waitFor();
    await tab.getByText('Ordered by this page').waitFor();
    // Five tasks of 100 ms on one loop: whoever asks for nothing waits for all of them.
    await tab.locator('live-lane[data-verdict=frozen]').waitFor();
    await tab.getByRole('button', { name: 'Kill gateway-inline' }).click();
    await tab.getByRole('log').getByText('make kill SERVICE=gateway-inline').waitFor();
    await lane.locator('live-strip .mark.fault').first().waitFor({ state: 'attached' });
    await tab.getByRole('button', { name: 'Stop: no users anywhere' }).click();
    await lane.getByText('0 users').waitFor();
    expect(await serious(tab)).toEqual([]);
    const folder = await mkdtemp(join(tmpdir(), 'page-'));
    try {
      const file = await saved(tab, folder);
      expect(await readFile(file, 'utf8')).not.toContain(TOKEN);
      await replays(await open({ offline: true }), file);
    } finally {
      await rm(folder, { recursive: true });
    }
    expect(errors).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(live.url) && !url.startsWith('blob:'))).toEqual([]);
  });

  browserTest('of two that order the opposite shows whose order holds', async ({ open }) => {
    const [mine, other] = [(await open()).page, (await open()).page];
    for (const tab of [mine, other]) await tab.goto(address());
    await mine.getByLabel('Users of every lane').fill('10');
    await other.getByText('Ordered by another page').waitFor();
    await other.getByLabel('Users of every lane').fill('0');
    await mine.getByText('Ordered by another page').waitFor();
    await other.getByText('Ordered by this page').waitFor();
    await mine.locator('live-controls output').getByText('0', { exact: true }).waitFor();
  });

  browserTest('says since when nothing is known, and goes on by itself', async ({ open }) => {
    const port = String(await freePort());
    const server = () => startTestLive({ inline: inline.url }, { PORT: port }, operated);
    let short = await server();
    const { page: tab } = await open({ viewport: { width: 390, height: 844 } });
    await tab.goto(`${short.url}/#token=${TOKEN}&stage`);
    await tab.getByText(/^live, /).waitFor();
    expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await short.close();
    await tab.getByText(/nothing heard since/).waitFor();
    await tab.locator('live-lane[data-verdict=unknown]').waitFor();
    short = await server();
    await tab.getByText(/^live, /).waitFor();
    await tab.locator('live-lane:not([data-verdict=unknown])').waitFor();
    await short.close();
  });

  browserTest('of somebody without the token shows nothing', async ({ open }) => {
    const { page: tab } = await open();
    await tab.goto(`${live.url}/#token=wrong`);
    await tab.getByText(/no right to this page/).waitFor();
    expect(await tab.locator('live-lane').count()).toBe(0);
  });
});

/** It plays without network and without a server, with the same elements, and shows the kill. */
async function replays({ page: tab, errors, requests }: Opened, file: string) {
  await tab.goto(`file://${file}`);
  await tab.getByRole('region', { name: 'inline' }).waitFor();
  await tab.getByRole('button', { name: 'Pause' }).click();
  await tab.getByText(/^recorded, /).waitFor();
  await tab.getByLabel('Position').press('End');
  await tab.getByRole('log').getByText('make kill SERVICE=gateway-inline').waitFor();
  await tab.getByLabel('Position').press('Home');
  await tab.getByRole('log').getByText('make kill SERVICE=gateway-inline').waitFor({ state: 'detached' });
  await tab.getByLabel('Speed').selectOption('8');
  await tab.getByRole('button', { name: 'Play' }).click();
  await tab.getByRole('log').getByText('make kill SERVICE=gateway-inline').waitFor();
  expect(await tab.getByRole('button', { name: 'Kill gateway-inline' }).count()).toBe(0);
  expect(await serious(tab)).toEqual([]);
  expect(errors).toEqual([]);
  expect(requests).toEqual([`file://${file}`]);
}
