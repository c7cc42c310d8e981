/**
 * Makes live/examples/ from a real run: `make tour OPEN=0` prints an address, then
 * `node live/scripts/record.ts ADDRESS`. The machine, the date and the commit are in the recording.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { kill, loadAll, save, takeTour } from './walk.ts';

const MAX_PICTURE_BYTES = 200_000;
const examples = fileURLToPath(new URL('../examples/', import.meta.url));
const [address] = process.argv.slice(2);
if (!address) throw new Error('usage: node live/scripts/record.ts ADDRESS');

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  const tab = await browser.newPage({ viewport: { width: 1060, height: 1180 }, deviceScaleFactor: 0.8 });
  await tab.goto(`${address}&tour`);
  for (const lines of await takeTour(tab)) console.log(lines.join('\n'), '\n');
  await loadAll(tab, 10, 100);
  await sleep(9_000);
  await kill(tab, 'rust-worker');
  await sleep(4_000);
  await tab.locator('.lanes').scrollIntoViewIfNeeded();
  const picture = await tab.locator('.lanes').screenshot({ path: `${examples}page.png` });
  if (picture.length > MAX_PICTURE_BYTES) console.error(`page.png has ${picture.length} bytes, more than allowed`);
  await tab.getByRole('button', { name: 'Stop: no users anywhere' }).click();
  await sleep(3_000);
  await save(tab, `${examples}tour.html`);
} finally {
  await browser.close();
}
