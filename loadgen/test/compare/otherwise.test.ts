/** What each sentence says of cells, held against the cells; and what another choice costs. */
import { describe, expect, it } from 'vitest';
import { serves } from '../../src/compare/answer.ts';
import { type Opening, openingOf } from '../../src/compare/opening.ts';
import type { CompareCell, CompareResult } from '../../src/compare/result.ts';
import { speedFigure } from '../../src/compare/spots.ts';
import { bandsOf } from '../../src/compare/stretches.ts';
import { changed, disturbed, named } from './altered.ts';
import { ALL_MODES, inventedCompare, MODES } from './support.ts';

const quiet = { seed: 1, cell: 0.01 };
const clear = inventedCompare(MODES, quiet);
const queue = { wayMs: 3, speed: 8e9, kernel: 'rust-avx2' };

describe('the cost of choosing otherwise', () => {
  const of = (opening: Opening, mode: string) =>
    opening.otherwise.find(({ lead }) => lead.startsWith(mode))?.parts.map(({ text }) => text) ?? [];

  it('is a factor with its worst cell, and what others had to wait', () => {
    const worst = changed(clear, ({ mode, ops }) => mode === 'pool' && ops === 2e7, { times: 3 });
    const opening = openingOf(worst);
    expect(opening.otherwise.map(({ lead }) => lead)).toEqual(['inline: ', 'microservice: ', 'pool: ']);
    const p50 = (mode: string, ops: number) =>
      worst.cells.find((cell) => cell.mode === mode && cell.ops === ops)?.figures.p50Ms?.median ?? 0;
    const times = (ops: number) => p50('pool', ops) / p50('microservice', ops);
    const said = /([\d.]+) to ([\d.]+) times slower in 6 cells, most at (\S+ ms)/.exec(of(opening, 'pool').join());
    expect(Number(said?.[1]) / times(1e6)).toBeCloseTo(1, 0);
    expect(Number(said?.[2]) / times(2e7)).toBeCloseTo(1, 1);
    expect(said?.[3]).toMatch(/^20\.\d ms/);
    expect(of(opening, 'inline').join()).toMatch(/makes others wait in 8 cells/);
  });

  it('is CPU, too: more by which factor, or less', () => {
    const costs = (mode: string, computeCpuMs: number, overheadUs: number) => (result: CompareResult) =>
      changed(result, (cell) => cell.mode === mode && cell.ops === 2e7, { figures: { computeCpuMs, overheadUs } });
    const opening = openingOf(costs('pool', 20, 100)(costs('microservice', 2, 300)(clear)));
    expect(of(opening, 'pool')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/to 10 times the compute CPU in 6 cells$/),
        expect.stringMatching(/^gives instead: less overhead in 2 cells \(100 instead of 300 us at 20\.\d ms/),
      ]),
    );
  });

  it('is told of undisturbed cells only', () => {
    const pool = ({ mode, ops }: { mode: string; ops: number }) => mode === 'pool' && ops === 2e8;
    const opening = openingOf(disturbed(changed(clear, pool, { times: 50 }), pool));
    expect(of(opening, 'pool').join()).toMatch(/in 2 of 6 cells.* in 4 cells, most at 20\.\d ms/);
  });

  it('says of a mode what its own cells show besides, and nothing else', () => {
    const silent = inventedCompare({ ...MODES, queue }, quiet);
    const promising = changed(silent, ({ mode, connections }) => mode === 'queue' && connections > 1, {
      figures: { acceptedPerS: 900, rustRssBytes: 2e7 },
    });
    const opening = openingOf(promising);
    const besides = opening.sentences[1]?.parts ?? [];
    expect(named(besides)).toEqual([['queue']]);
    for (const { cells } of besides) expect(cells.some(({ figures }) => figures.acceptedPerS)).toBe(true);
    expect(of(opening, 'queue').join()).toMatch(/process of its own.*promises/);
    const plain = openingOf(silent);
    expect(plain.sentences).toHaveLength(1);
    expect(of(plain, 'queue').join()).not.toMatch(/process|promises/);
  });
});

it.each(Array.from({ length: 12 }, (_, seed) => seed))('every part holds in grid %i of many', (seed) => {
  const invented = inventedCompare(ALL_MODES, { seed, visit: 0.2, cell: 0.1 }, 3);
  const result = disturbed(invented, ({ ops, mode }) => (ops + mode.length + seed) % 7 === 0);
  const opening = openingOf(result);
  for (const { cells } of opening.evidence) for (const cell of cells) expect(result.cells).toContain(cell);
  for (const { stretches } of bandsOf(opening.spots))
    for (const { modes, spots } of stretches)
      for (const mode of modes) for (const spot of spots) expect(beaten(spot, mode)).toEqual([]);
});

/** Who is faster beyond all noise, and makes nobody wait longer. */
function beaten({ cells, connections }: Opening['spots'][number], mode: string): string[] {
  const figure = speedFigure(connections);
  const own = cells.find((cell) => cell.mode === mode) as CompareCell;
  const wait = (cell: CompareCell) => cell.figures.bystanderP99Ms?.max ?? 0;
  return cells
    .filter((cell) => serves(cell) && wait(cell) <= (own.figures.bystanderP99Ms?.min ?? 0))
    .filter(({ figures: { [figure]: range } }) => {
      const mine = own.figures[figure];
      if (!range || !mine) return false;
      return figure === 'p50Ms' ? range.max * 1.1 < mine.min : range.min > mine.max * 1.1;
    })
    .map((cell) => cell.mode);
}
