/** What a browser shows of a page: sizes, orders, and what axe finds. */
import { createRequire } from 'node:module';
import type Axe from 'axe-core';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A picture of some size, and in it marks of some size that do not leave it, and words. */
export async function drawn(chart: Locator): Promise<void> {
  const svg = chart.locator('svg').last();
  const frame = await boxOf(svg);
  expect(frame.width).toBeGreaterThan(300);
  expect(frame.height).toBeGreaterThan(200);
  const dots = await boxesOf(svg.locator('[aria-label=dot] circle'));
  const lines = await boxesOf(svg.locator('[aria-label=line] path'));
  expect(lines.length).toBeGreaterThan(1);
  expect(dots.length).toBeGreaterThanOrEqual(lines.length);
  const [left, top, right, bottom] = edgesOf(frame);
  for (const mark of dots) {
    const edges = edgesOf(mark);
    expect(Math.min(mark.width, mark.height)).toBeGreaterThan(2);
    expect(edges[0]).toBeGreaterThanOrEqual(left);
    expect(edges[1]).toBeGreaterThanOrEqual(top);
    expect(edges[2]).toBeLessThanOrEqual(right);
    expect(edges[3]).toBeLessThanOrEqual(bottom);
  }
  for (const { width } of lines) expect(width).toBeGreaterThan(20);
  expect(await svg.locator('text').count()).toBeGreaterThan(6);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const edgesOf = ({ x, y, width, height }: Box) => [x, y, x + width, y + height] as [number, number, number, number];

/** All at once: to ask for each is a way to the browser and back. */
async function boxesOf(elements: Locator): Promise<Box[]> {
  return elements.evaluateAll((all) =>
    all.map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return { x, y, width, height };
    }),
  );
}

export async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox();
  if (!box) throw new Error(`${element} is not shown`);
  return box;
}

export const unfold = (page: Page, open = true) =>
  page.locator('details').evaluateAll((all: HTMLDetailsElement[], to) => {
    for (const one of all) one.open = to;
  }, open);

/**
 * Sorts by each column, twice. What its header says of the order then, and what the column's cells show; where that is
 * no number, what they are sorted by.
 */
export async function ordersOf(element: Element): Promise<unknown[][]> {
  const table = element as HTMLTableElement;
  const click = async (header: HTMLTableCellElement | undefined) => {
    const sorted = new Promise((resolve) => table.addEventListener('sort-end', resolve, { once: true }));
    header?.click();
    await sorted;
  };
  const orderOf = (header: HTMLTableCellElement) => {
    const cells = [...(table.tBodies[0]?.rows ?? [])].flatMap((row) => row.cells[header.cellIndex] ?? []);
    const shown = cells.map((cell) => (cell.textContent === '-' ? '' : cell.textContent));
    // 1,234.5 or 1,234.5 (1,200 to 1,300): without a unit, which might not be the same in all cells.
    const numbers = shown.every((text) => /^([\d,.]+( \(.*\))?)?$/.test(text));
    const plain = (text: string) => text.replace(/ .*/, '').replaceAll(',', '');
    return [header.ariaSort, numbers ? shown.map(plain) : cells.map((cell) => cell.dataset.sort ?? cell.textContent)];
  };
  const headers = [...(table.tHead?.rows[0]?.cells ?? [])];
  const orders: unknown[][] = [];
  // By another column before the first, so that the first click on each is the first for it.
  await click(headers.at(-1));
  for (const header of headers) {
    const both: unknown[] = [];
    for (const _direction of ['descending', 'ascending']) {
      await click(header);
      both.push(orderOf(header));
    }
    orders.push(both);
  }
  return orders;
}

/** Matches cells that are in order: numbers as numbers, others as words, those without a value last. */
export function inOrder(direction: string) {
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
export const smallestText = (page: Page) =>
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
export async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
  // Rows of a table are made alike: the first stand for all, as axe needs milliseconds for each.
  await page.locator('tbody tr:nth-child(n + 4), .evidence li li:nth-child(n + 4)').evaluateAll((all) => {
    for (const one of all) one.remove();
  });
  const found = await page.evaluate(() =>
    // Rows of a table are made alike: the first stand for all.
    (window as unknown as { axe: typeof Axe }).axe.run(
      { exclude: ['tbody tr:nth-child(n + 4)'] },
      {
        // Names that the charts' library gives to groups: nobody hears what is in a picture.
        rules: { 'aria-prohibited-attr': { enabled: false } },
      },
    ),
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
