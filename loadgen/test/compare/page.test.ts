/** The comparison's page as a browser shows it: wide and narrow, in light and dark. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type Axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { CRITERIA } from '../../src/compare/answer.ts';
import { GRIDS } from '../../src/compare/grid.ts';
import { renderPage } from '../../src/compare/page.ts';
import { CompareResult } from '../../src/compare/result.ts';
import { browserTest } from '../support/browser.ts';
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
    for (const header of await page.locator('th').all()) await header.click();
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
    const tables = await page.locator('table').all();
    expect(tables.length).toBeGreaterThanOrEqual(4);
    for (const table of tables)
      for (const [column, header] of (await table.locator('th').all()).entries())
        for (const direction of ['descending', 'ascending']) {
          await header.click();
          await expect.poll(() => orderOf(table, column)).toEqual([direction, inOrder(direction)]);
        }
  });

  browserTest('is readable on a phone: tables scroll in their own box, the page does not', async ({ open }) => {
    const { page } = await open({ viewport: PHONE, isMobile: true });
    await page.goto(url);
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
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const channels = ground.match(/\d+/g)?.map(Number) ?? [];
        expect(channels).toHaveLength(3);
        for (const channel of channels) expect(channel < 64).toBe(colorScheme === 'dark');
        expect(await violations(page)).toEqual([]);
        // Behind tables is a gradient, on which axe cannot judge: they have the letters of all the rest.
        const letters = (selector: string) =>
          page
            .locator(selector)
            .evaluateAll((elements) => [...new Set(elements.map((element) => getComputedStyle(element).color))]);
        expect(await letters('th, td')).toEqual(await letters('body'));
      },
    );
});

/** A picture of some size, and in it marks of some size that do not leave it, and words. */
async function drawn(chart: Locator): Promise<void> {
  const svg = chart.locator('svg').last();
  const frame = await boxOf(svg);
  expect(frame.width).toBeGreaterThan(300);
  expect(frame.height).toBeGreaterThan(200);
  const [dots, lines] = [svg.locator('[aria-label=dot] circle'), svg.locator('[aria-label=line] path')];
  expect(await lines.count()).toBeGreaterThan(1);
  expect(await dots.count()).toBeGreaterThanOrEqual(await lines.count());
  for (const mark of await dots.all()) {
    const { x, y, width, height } = await boxOf(mark);
    expect(Math.min(width, height)).toBeGreaterThan(2);
    expect(x).toBeGreaterThanOrEqual(frame.x);
    expect(y).toBeGreaterThanOrEqual(frame.y);
    expect(x + width).toBeLessThanOrEqual(frame.x + frame.width);
    expect(y + height).toBeLessThanOrEqual(frame.y + frame.height);
  }
  for (const line of await lines.all()) expect((await boxOf(line)).width).toBeGreaterThan(20);
  expect(await svg.locator('text').count()).toBeGreaterThan(6);
}

async function boxOf(element: Locator) {
  const box = await element.boundingBox();
  if (!box) throw new Error(`${element} is not shown`);
  return box;
}

/** What a header says of the order, and what the column's cells show; where that is no number, what they are sorted by. */
const orderOf = (table: Locator, column: number) =>
  table.evaluate(({ tHead, tBodies }: HTMLTableElement, index) => {
    const cells = [...(tBodies[0]?.rows ?? [])].flatMap((row) => row.cells[index] ?? []);
    const shown = cells.map((cell) => (cell.textContent === '-' ? '' : cell.textContent));
    // 1,234.5 or 1,234.5 (1,200 to 1,300): without a unit, which might not be the same in all cells.
    const numbers = shown.every((text) => /^([\d,.]+( \(.*\))?)?$/.test(text));
    const plain = (text: string) => text.replace(/ .*/, '').replaceAll(',', '');
    return [
      tHead?.rows[0]?.cells[index]?.ariaSort,
      numbers ? shown.map(plain) : cells.map((cell) => cell.dataset.sort ?? cell.textContent),
    ];
  }, column);

/** Matches cells that are in order: numbers as numbers, others as words, those without a value last. */
function inOrder(direction: string) {
  const sign = direction === 'ascending' ? 1 : -1;
  const compare = (a: string, b: string) => {
    if (a === '' || b === '') return Number(a === '') - Number(b === '');
    const [x, y] = [Number(a), Number(b)];
    return sign * (Number.isNaN(x - y) ? a.localeCompare(b) : x - y);
  };
  return {
    asymmetricMatch: (cells: string[]) => cells.every((cell, n) => n === 0 || compare(cells[n - 1] ?? '', cell) <= 0),
    toString: () => `cells in ${direction} order`,
  };
}

/** Height of the smallest letters on the screen, in CSS pixels: those of a picture shrink with it. */
const smallestText = (page: Page) =>
  page.evaluate(() => {
    const sizes = [...document.querySelectorAll('body *')]
      .filter(
        (element) =>
          element.checkVisibility() &&
          [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim()),
      )
      .map((element) => {
        const shrunk = element instanceof SVGTextElement ? (element.getScreenCTM()?.a ?? 1) : 1;
        return Number.parseFloat(getComputedStyle(element).fontSize) * shrunk;
      });
    return Math.min(...sizes);
  });

/** What axe finds of the rules of WCAG 2, text contrast among them. */
async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
  const found = await page.evaluate(() =>
    (window as unknown as { axe: typeof Axe }).axe.run({
      // Names that the charts' library gives to groups: nobody hears what is in a picture.
      rules: { 'aria-prohibited-attr': { enabled: false } },
    }),
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
