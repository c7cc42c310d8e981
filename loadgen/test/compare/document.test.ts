/** The comparison's page as a document. */
import { JSDOM, VirtualConsole } from 'jsdom';
import { parseHTML } from 'linkedom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CRITERIA } from '../../src/compare/answer.ts';
import { labelOf } from '../../src/compare/map.ts';
import { openingOf } from '../../src/compare/opening.ts';
import { renderPage } from '../../src/compare/page.ts';
import { idOf } from '../../src/compare/parts.ts';
import { changed, disturbed } from './altered.ts';
import { inventedCompare, MODES } from './support.ts';

const quiet = { seed: 1, cell: 0.01 };
const result = inventedCompare(MODES, quiet);

describe('the page', () => {
  const html = renderPage(result);
  const { document } = parseHTML(html);

  it('needs nothing from anywhere', () => {
    for (const element of document.querySelectorAll('[src], [href]')) {
      const target = element.getAttribute('src') ?? element.getAttribute('href') ?? '';
      if (target.startsWith('#')) expect(document.querySelectorAll(`[id="${target.slice(1)}"]`)).toHaveLength(1);
      else expect(target).toBe('data:,');
    }
    for (const style of document.querySelectorAll('style')) expect(style.textContent).not.toMatch(/@import|url\(/);
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)/);
  });

  it('leads from each part of the answer to the rows of the cells that carry it', () => {
    const opening = openingOf(result);
    const links = [...document.querySelectorAll('.headline a, .caveats a, .otherwise a')];
    expect(links).toHaveLength(opening.evidence.length);
    for (const [index, { text, cells }] of opening.evidence.entries()) {
      expect(links[index]?.textContent).toBe(text);
      const rows = [...document.querySelectorAll(`[id="${links[index]?.getAttribute('href')?.slice(1)}"] a`)];
      expect(new Set(rows.map((row) => row.getAttribute('href')))).toEqual(
        new Set(cells.map((cell) => `#${idOf(cell)}`)),
      );
    }
    for (const cell of result.cells) {
      const row = [...(document.getElementById(idOf(cell))?.querySelectorAll('td') ?? [])].map((td) => td.textContent);
      expect(row.slice(0, 3)).toEqual([cell.ops.toLocaleString('en'), String(cell.connections), cell.mode]);
    }
  });

  it('has a picture of the winners, which says without colours what is equal, undecided or disturbed', () => {
    const twins = inventedCompare({ pool: MODES.pool, wasm: MODES.pool, inline: MODES.inline }, quiet);
    const wide = changed(twins, ({ ops }) => ops === 1e4, { spread: 3 });
    const apart = changed(wide, ({ ops, mode }) => ops === 1e4 && mode === 'wasm', { times: 1.4 });
    const mixed = disturbed(apart, ({ ops }) => ops === 2e8);
    const picture = parseHTML(renderPage(mixed)).document.querySelector('.map svg');
    const { spots } = openingOf(mixed);
    expect(new Set(spots.map(({ verdict }) => verdict))).toEqual(new Set(['undecided', 'tied', 'disturbed']));
    expect(picture?.querySelectorAll('[aria-label=cell] rect')).toHaveLength(spots.length);
    const texts = [...(picture?.querySelectorAll('[aria-label=text] text') ?? [])].map(
      ({ textContent }) => textContent,
    );
    expect(texts).toEqual(spots.map((spot) => labelOf(spot).join('')));
    const fills = [...(picture?.querySelectorAll('[aria-label=cell] rect') ?? [])].map((cell) =>
      cell.getAttribute('fill'),
    );
    for (const [index, { verdict }] of spots.entries()) {
      const [, id] = /^url\(#(.*)\)$/.exec(fills[index] ?? '') ?? [];
      expect(picture?.querySelector(`[id="${id}"]`)?.children.length).toBe(verdict === 'tied' ? 2 : 1);
    }
    expect(picture?.getAttribute('aria-label')).toContain('disturbed machine');
  });

  it('has every chart drawn: a line, its dots and a legend entry for each mode', () => {
    const figures = [...document.querySelectorAll('.charts figure')];
    expect(figures).toHaveLength(CRITERIA.length);
    for (const figure of figures) {
      expect(figure.querySelectorAll('[aria-label=line] path')).toHaveLength(3);
      expect(figure.querySelectorAll('[aria-label=dot] circle')).toHaveLength(3 * 4);
      expect(figure.outerHTML).not.toContain('NaN');
      for (const mode of Object.keys(MODES)) expect(figure.textContent).toContain(mode);
    }
  });

  it('runs without an error, and sorts a table by values, not by what is shown', async () => {
    const errors: unknown[] = [];
    const virtualConsole = new VirtualConsole();
    virtualConsole.on('jsdomError', (error) => errors.push(error));
    for (const kind of ['error', 'warn'] as const) virtualConsole.on(kind, (what) => errors.push(what));
    const { window } = new JSDOM(html, { runScripts: 'dangerously', virtualConsole });
    onTestFinished(() => window.close());
    const table = [...window.document.querySelectorAll('table.sortable')].at(-1) as HTMLTableElement;
    const headers = [...table.querySelectorAll('th')];
    const column = headers.findIndex((th) => th.textContent === 'completed/s');
    const values = () =>
      [...table.querySelectorAll('tbody tr')].map((row) => Number(row.children[column]?.getAttribute('data-sort')));
    const inOrder = values().toSorted((x, y) => y - x);
    expect(inOrder).toHaveLength(result.cells.length);
    expect(values()).not.toEqual(inOrder);
    for (const expected of [inOrder, inOrder.toReversed()]) {
      const sorted = new Promise((resolve) => table.addEventListener('sort-end', resolve, { once: true }));
      headers[column]?.click();
      await sorted;
      expect(values()).toEqual(expected);
    }
    expect(errors).toEqual([]);
  });

  it('shows text as text', () => {
    const notes = ['<img src=x onerror=alert(1)> & "more"'];
    const page = parseHTML(renderPage({ ...result, notes })).document;
    expect(page.querySelector('img')).toBeNull();
    expect(page.querySelector('.verdict li')?.textContent).toBe(notes[0]);
  });
});
