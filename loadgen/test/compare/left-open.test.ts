/** What a comparison does not know is left open, and no mode is named for it. */
import { describe, expect, it } from 'vitest';
import { labelOf } from '../../src/compare/map.ts';
import { type Opening, openingOf } from '../../src/compare/opening.ts';
import type { CompareResult } from '../../src/compare/result.ts';
import { changed, disturbed, named } from './altered.ts';
import { inventedCompare, MODES } from './support.ts';

const quiet = { seed: 1, cell: 0.01 };
const clear = inventedCompare(MODES, quiet);
const verdicts = ({ spots }: Pick<Opening, 'spots'>) => [...new Set(spots.map(({ verdict }) => verdict))];

describe('what the data do not decide', () => {
  const silent = (result: CompareResult, verdict: string) => {
    const opening = openingOf(result);
    expect(verdicts(opening)).toEqual([verdict]);
    expect(opening.sentences.map(({ lead }) => lead)).toEqual(['This run does not decide which mode is best: ']);
    expect(opening.otherwise).toEqual([]);
    return opening;
  };

  it('is everything if every cell was disturbed', () => {
    silent(
      disturbed(clear, () => true),
      'disturbed',
    );
  });

  it('is everything if noise is larger than what lies between the modes', () => {
    const noisy = inventedCompare({ pool: MODES.pool, wasm: { ...MODES.pool, speed: 2e9, wayMs: 0.2 } }, quiet);
    const wide = changed(noisy, () => true, { spread: 3 });
    const { spots } = silent(wide, 'undecided');
    for (const { between } of spots) expect(between.toSorted()).toEqual(['pool', 'wasm']);
  });

  it('tells who may be the first wherever it is undecided', () => {
    const three = inventedCompare({ pool: MODES.pool, wasm: MODES.pool, native: MODES.pool }, quiet);
    const wide = changed(three, () => true, { spread: 3 });
    const apart = changed(wide, ({ mode }) => mode === 'wasm', { times: 1.5 });
    const some = changed(apart, ({ mode, ops }) => mode === 'native' && ops > 1e6, { times: 20 });
    const { spots, sentences } = openingOf(some);
    expect(verdicts({ spots })).toEqual(['undecided']);
    for (const spot of spots) expect(spot.between.includes('native')).toBe(spot.ops <= 1e6);
    expect(spots.filter(({ ops }) => ops > 1e6).map(labelOf)).toEqual(Array(4).fill(['? pool', 'or wasm']));
    expect(
      named(sentences[0]?.parts ?? [])
        .flat()
        .toSorted(),
    ).toEqual(['pool', 'wasm']);
  });

  it('is everything if no mode serves, or fewer than two were measured', () => {
    silent(
      changed(clear, () => true, { served: 0, notServed: 9 }),
      'unserved',
    );
    silent({ ...clear, cells: clear.cells.filter(({ mode }) => mode === 'pool') }, 'missing');
    silent({ ...clear, cells: [] }, 'missing');
  });

  it('is a cell whose disturbed mode might have won, and not one whose would have lost in any case', () => {
    const at = (mode: string) => openingOf(disturbed(clear, (cell) => cell.mode === mode && cell.ops === 2e7));
    const those = (opening: Opening) => opening.spots.filter(({ ops }) => ops === 2e7).map(({ verdict }) => verdict);
    expect(those(at('microservice'))).toEqual(['disturbed', 'disturbed']);
    for (const slow of ['pool', 'inline']) expect(those(at(slow))).toEqual(['won', 'won']);
    expect(at('microservice').caveats?.parts).toMatchObject([{ text: expect.stringMatching(/^2 of 8 /) }]);
  });

  it('is said beside what the others decide, if a cell is missing', () => {
    const cells = clear.cells.filter(({ ops, mode }) => ops !== 2e8 || mode === 'pool');
    const opening = openingOf({ ...clear, cells });
    expect(opening.spots.filter(({ verdict }) => verdict === 'missing').map(({ ops }) => ops)).toEqual([2e8, 2e8]);
    const carrying = opening.sentences[0]?.parts.flatMap((part) => part.cells) ?? [];
    expect(Math.max(...carrying.map(({ ops }) => ops))).toBe(2e7);
    expect(opening.caveats?.parts).toHaveLength(1);
  });

  it('is said beside what the others decide, if a mode is missing', () => {
    const cells = clear.cells.filter(({ ops, mode }) => ops !== 2e8 || mode !== 'pool');
    const opening = openingOf({ ...clear, cells });
    expect(verdicts(opening)).toEqual(['won']);
    expect(named(opening.caveats?.parts ?? [])).toEqual([['pool']]);
    expect(opening.caveats?.parts[0]?.text).toMatch(/^2 of 8 cells/);
  });
});
