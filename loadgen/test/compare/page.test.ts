/** The comparison's page as a browser shows it: wide and narrow, in light and dark. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect } from 'vitest';
import { CRITERIA } from '../../src/compare/answer.ts';
import { GRIDS } from '../../src/compare/grid.ts';
import { renderPage } from '../../src/compare/page.ts';
import { CompareResult } from '../../src/compare/result.ts';
import { browserTest } from '../support/browser.ts';
import { boxOf, drawn, inOrder, ordersOf, smallestText, unfold, violations } from './on-page.ts';
import { ALL_MODES, inventedCompare } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'compare-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As large as the whole grid makes it; and a measured one, with the gaps that real runs have. */
const results = {
  invented: inventedCompare(ALL_MODES, { seed: 1, visit: 0.05, cell: 0.03 }, 3, GRIDS.full),
  ...measured(new URL('../../examples/compare/result.json', import.meta.url)),
};

function measured(file: URL): { measured?: CompareResult } {
  return existsSync(file) ? { measured: CompareResult.parse(JSON.parse(readFileSync(file, 'utf8'))) } : {};
}

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

describe.each(Object.entries(results))('the page of an %s comparison', (name, result) => {
  const file = join(folder, `${name}.html`);
  const url = pathToFileURL(file).href;
  writeFileSync(file, renderPage(result));

  browserTest('opens offline, without an error, and asks for nothing but itself', async ({ open }) => {
    const { page, errors, requests } = await open({ offline: true });
    await page.goto(url, { waitUntil: 'networkidle' });
    await unfold(page);
    await page.locator('th').evaluateAll((headers: HTMLElement[]) => {
      for (const header of headers) header.click();
    });
    expect(errors).toEqual([]);
    expect(requests.filter((one) => !one.startsWith('data:'))).toEqual([url]);
  });

  browserTest('has every chart drawn', async ({ open }) => {
    const { page } = await open({ viewport: WIDE });
    await page.goto(url);
    const charts = await page.locator('.charts section').all();
    expect(charts).toHaveLength(CRITERIA.length);
    for (const chart of charts) await drawn(chart);
  });

  browserTest('sorts each table by each column, in both directions', async ({ open }) => {
    const { page } = await open({ viewport: WIDE });
    await page.goto(url);
    await unfold(page);
    const tables = await page.locator('table').all();
    expect(tables.length).toBeGreaterThanOrEqual(4);
    // A hand's click on one header of each; all the others are clicked from within, while nothing has to be drawn.
    for (const table of tables) await table.locator('th').last().click();
    await unfold(page, false);
    for (const table of tables)
      for (const orders of await table.evaluate(ordersOf))
        expect(orders).toEqual(['descending', 'ascending'].map((direction) => [direction, inOrder(direction)]));
  });

  browserTest(
    'has the answer and its picture on the first screen, and opens what a link of it leads to',
    async ({ open }) => {
      for (const viewport of [WIDE, PHONE]) {
        const { page } = await open({ viewport });
        await page.goto(url);
        const headline = await boxOf(page.locator('.headline').first());
        const map = await boxOf(page.locator('.map svg'));
        expect(headline.y + headline.height).toBeLessThan(map.y);
        expect(map.y + map.height / 2).toBeLessThan(viewport.height);
        expect(map.width).toBeLessThanOrEqual(viewport.width);
        await page.locator('.headline a').first().click();
        const evidence = page.locator('.evidence > li').first();
        await expect.poll(() => evidence.isVisible()).toBe(true);
        await evidence.locator('a').first().click();
        await expect.poll(() => page.locator('tr:target').isVisible()).toBe(true);
      }
    },
  );

  browserTest('is readable on a phone: tables scroll in their own box, the page does not', async ({ open }) => {
    const { page } = await open({ viewport: PHONE, isMobile: true });
    await page.goto(url);
    await unfold(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
    for (const box of await page.locator('.scroll').all()) {
      const hidden = await box.evaluate((element) => element.scrollWidth - element.clientWidth);
      const reached = await box.evaluate((element) => {
        element.scrollLeft = element.scrollWidth;
        return element.scrollLeft;
      });
      expect(reached).toBe(hidden);
    }
    for (const chart of await page.locator('.charts section').all()) await drawn(chart);
    expect(await smallestText(page)).toBeGreaterThanOrEqual(9);
  });

  for (const colorScheme of ['light', 'dark'] as const)
    browserTest(
      `is ${colorScheme} where that is asked for, with contrast and names for everything`,
      async ({ open }) => {
        const { page } = await open({ viewport: WIDE, colorScheme });
        await page.goto(url);
        await unfold(page);
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const channels = ground.match(/\d+/g)?.map(Number) ?? [];
        expect(channels).toHaveLength(3);
        for (const channel of channels) expect(channel < 64).toBe(colorScheme === 'dark');
        // Behind tables is a gradient, on which axe cannot judge: they have the letters of all the rest.
        const letters = (selector: string) =>
          page
            .locator(selector)
            .evaluateAll((elements) => [...new Set(elements.map((element) => getComputedStyle(element).color))]);
        expect(await letters('th, td')).toEqual(await letters('body'));
        expect(await violations(page)).toEqual([]);
      },
    );
});
