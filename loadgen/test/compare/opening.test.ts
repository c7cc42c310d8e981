/** What the first sentences say, held against the cells of invented grids. */
import { describe, expect, it } from 'vitest';
import { type Opening, openingOf } from '../../src/compare/opening.ts';
import type { Sentence } from '../../src/compare/parts.ts';
import { bandsOf } from '../../src/compare/stretches.ts';
import { changed, named, sized } from './altered.ts';
import { ALL_MODES, type Invented, inventedCompare, MODES } from './support.ts';

const quiet = { seed: 1, cell: 0.01 };
const clear = inventedCompare(MODES, quiet);
const queue = { wayMs: 3, speed: 8e9, kernel: 'rust-avx2' };

const bands = ({ spots }: Opening) =>
  bandsOf(spots).map(({ connections, stretches }) => [connections, stretches.map(({ modes }) => modes)]);
const verdicts = ({ spots }: Opening) => [...new Set(spots.map(({ verdict }) => verdict))];

describe('the first sentence', () => {
  it('names the winner of each stretch of sizes, and the cells that show it', () => {
    const opening = openingOf(clear);
    expect(bands(opening)).toEqual([
      [
        [1, 10],
        [['pool'], ['microservice']],
      ],
    ]);
    const [first] = opening.sentences as [Sentence];
    expect(named(first.parts)).toEqual([['pool'], ['microservice']]);
    expect(new Set(first.parts[0]?.cells.map(({ ops }) => ops))).toEqual(new Set([1e4]));
    expect(new Set(first.parts[1]?.cells.map(({ ops }) => ops))).toEqual(new Set([1e6, 2e7, 2e8]));
    expect(opening.caveats).toBeNull();
  });

  it('says who is equal as equal', () => {
    const opening = openingOf(inventedCompare({ pool: MODES.pool, wasm: MODES.pool }, quiet));
    expect(verdicts(opening)).toEqual(['tied']);
    expect(named(opening.sentences[0]?.parts ?? []).map((modes) => modes.toSorted())).toEqual([['pool', 'wasm']]);
    expect(opening.otherwise).toEqual([]);
  });

  it('says at which sizes another one is as good', () => {
    const same = inventedCompare({ native: MODES.pool, pool: MODES.pool }, quiet);
    const grown = changed(same, ({ mode, ops }) => mode === 'pool' && ops > 1e6, { times: 3 });
    const [part] = openingOf(grown).sentences[0]?.parts ?? [];
    expect(part?.text).toMatch(/native wins, pool as well from \S+ us to 1\.?\d* ms of work$/);
    const odd = changed(grown, ({ mode, ops, connections }) => mode === 'pool' && ops === 1e4 && connections === 10, {
      times: 3,
    });
    expect(openingOf(odd).sentences[0]?.parts[0]?.text).toMatch(/native wins, pool as well in 3 of 8 cells$/);
  });

  it('keeps numbers of callers apart that have other winners', () => {
    const turned = changed(clear, ({ mode, connections }) => mode === 'pool' && connections === 10, { times: 1 / 50 });
    expect(bands(openingOf(turned))).toEqual([
      [[1], [['pool'], ['microservice']]],
      [[10], [['pool']]],
    ]);
    expect(openingOf(turned).sentences[0]?.parts).toHaveLength(3);
  });

  it('judges one caller by what he waits, and several by what is done for them', () => {
    const quick = changed(clear, ({ mode }) => mode === 'pool', { figures: { p50Ms: 0.001 } });
    expect(bands(openingOf(quick))).toEqual([
      [[1], [['pool']]],
      [[10], [['pool'], ['microservice']]],
    ]);
  });

  it('counts where winners change from cell to cell, as nobody could repeat them', () => {
    const ops = Array.from({ length: 8 }, (_, index) => 1e5 * 2 ** index);
    const same: Invented = { wayMs: 1, speed: 1e9, kernel: 'js' };
    const even = inventedCompare({ native: same, pool: same }, quiet, 3, sized(ops, [1]));
    const turns = changed(even, ({ mode, ops: one }) => (mode === 'pool') === (ops.indexOf(one) % 2 === 0), {
      times: 3,
    });
    const [first] = openingOf(turns).sentences as [Sentence];
    expect(named(first.parts)).toEqual([['native'], ['pool']]);
    for (const { text, cells } of first.parts) {
      expect(text).toContain('4 of 8');
      expect(cells).toHaveLength(2 * 4);
    }
  });

  it('says how many answers it has where there are few', () => {
    const few = changed(clear, ({ ops }) => ops === 2e8, { served: 7 });
    const texts = openingOf(few).sentences[0]?.parts.map(({ text }) => text) ?? [];
    expect(texts.map((text) => /\b7 answers/.test(text))).toEqual([false, true]);
  });
});

describe('where there is nothing to compare', () => {
  it('one mode is called the only one, with its figures and without a winner', () => {
    for (const mode of ['pool', 'queue'] as const) {
      const opening = openingOf(inventedCompare({ [mode]: ALL_MODES[mode] as Invented }, quiet));
      expect(verdicts(opening)).toEqual(['alone']);
      expect(opening.sentences).toHaveLength(1);
      expect(opening.sentences[0]?.lead).toContain(`Only ${mode}`);
      expect(opening.sentences[0]?.parts.map(({ cells }) => cells.map((cell) => cell.mode))).toEqual([[mode], [mode]]);
      expect(opening.otherwise).toEqual([]);
    }
  });

  it('a size that only one mode takes is no victory', () => {
    const opening = openingOf(inventedCompare({ pool: MODES.pool, queue }, quiet, 3, sized([2e7, 1e10], [1])));
    expect(opening.spots).toMatchObject([
      { verdict: 'won', modes: ['queue'] },
      { verdict: 'alone', modes: ['queue'] },
    ]);
    expect(opening.sentences[0]?.parts[0]?.text).toMatch(/queue wins/);
    expect(opening.sentences[0]?.parts.at(-1)?.text).toMatch(/only queue/);
  });

  it('one cell is one part', () => {
    const opening = openingOf(inventedCompare(MODES, quiet, 3, sized([2e7], [10])));
    expect(opening.spots).toMatchObject([{ verdict: 'won', modes: ['microservice'] }]);
    expect(named(opening.sentences[0]?.parts ?? [])).toEqual([['microservice']]);
  });

  it('a grid without work has an answer all the same: none', () => {
    const opening = openingOf(inventedCompare(MODES, quiet, 3, sized([1], [1])));
    expect(opening.spots).toEqual([]);
    expect(opening.sentences).toHaveLength(1);
    expect(opening.sentences[0]?.lead).toContain('does not decide');
  });
});
