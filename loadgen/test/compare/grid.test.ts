import { modeNames } from '@heavy-lifter/gateway/mode-names';
import { describe, expect, it } from 'vitest';
import { calibrationOf, hashOf, readCompareConfig, settingsOf } from '../../src/compare/config.ts';
import { cellsInOrder, cellsOf, GRIDS, secondsOf, visitsOf } from '../../src/compare/grid.ts';
import { configOf } from './support.ts';

describe('the grid', () => {
  it('goes to two thousand million ops, and in the queue to a hundred thousand million', () => {
    const largest = (mode: string) => Math.max(...cellsOf(GRIDS.full, mode).map(({ ops }) => ops));
    expect(largest('pool')).toBe(2e9);
    expect(largest('queue')).toBe(1e11);
    expect(new Set(cellsOf(GRIDS.full, 'pool').map(({ connections }) => connections))).toEqual(new Set([1, 10, 100]));
  });

  it('is loaded for longer where tasks are long, within a limit', () => {
    const cell = (ops: number) => ({ ops, connections: 1 });
    expect(secondsOf(GRIDS.full, cell(1e4), 1e9)).toBe(GRIDS.full.cellS);
    expect(secondsOf(GRIDS.full, cell(2e9), 1e9)).toBe(10);
    expect(secondsOf(GRIDS.full, cell(1e11), 1e9)).toBe(GRIDS.full.cellLimitS);
  });

  it('named quick is done within 6 minutes with room for slow starts, should there be seven modes', () => {
    const { quick } = GRIDS;
    // Two calibrations and a drain as long as the load, where there is one.
    const cells = cellsOf(quick, 'queue').map((cell) => 2 * secondsOf(quick, cell, 1e9) + quick.warmupS);
    const visit = cells.reduce((sum, s) => sum + s, 0) + 2 * quick.quietS;
    expect(7 * 3 * visit).toBeLessThan(6 * 60);
  });
});

describe('the order', () => {
  it('is that of its seed, another one for another seed, and has every mode once in each repetition', () => {
    const modes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const visits = visitsOf(modes, 3, 7);
    expect(visitsOf(modes, 3, 7)).toEqual(visits);
    expect(visitsOf(modes, 3, 8)).not.toEqual(visits);
    for (const repetition of [1, 2, 3]) {
      const those = visits.filter((visit) => visit.repetition === repetition).map(({ mode }) => mode);
      expect(those.toSorted()).toEqual(modes);
    }
    expect(visits.slice(0, 7).map(({ mode }) => mode)).not.toEqual(visits.slice(7, 14).map(({ mode }) => mode));
  });

  it('of cells differs between visits and loses none', () => {
    const [one, two] = [1, 2].map((repetition) => cellsInOrder(GRIDS.full, { mode: 'pool', repetition }, 7));
    expect(one).not.toEqual(two);
    expect(new Set(one)).toEqual(new Set(cellsOf(GRIDS.full, 'pool')));
  });
});

describe('settings', () => {
  it('have every mode that has a file, unless some are named', () => {
    const modesOf = (env: NodeJS.ProcessEnv) => {
      const read = readCompareConfig(env);
      return 'config' in read ? settingsOf(read.config).modes : [];
    };
    expect(modesOf({ QUICK: '1' })).toEqual([...modeNames].sort());
    expect(modesOf({})).toEqual([...modeNames, 'microservice-scalar', 'microservice-js'].sort());
    expect(configOf({ MODES: 'pool,inline,pool' }).MODES).toEqual(['inline', 'pool']);
  });

  it('of a calibration are every mode once, and no load to speak of', () => {
    const { modes, repetitions, grid } = calibrationOf(configOf({ MODES: undefined, OPS: '1000000', DURATION: '9' }));
    expect({ modes, repetitions }).toEqual({ modes: [...modeNames].sort(), repetitions: 1 });
    expect(cellsOf(grid, 'pool')).toEqual([{ ops: 1, connections: 1 }]);
    expect(calibrationOf(configOf({ MODES: 'pool' })).modes).toEqual(['pool']);
  });

  it('are refused one by one', () => {
    expect(readCompareConfig({ MODES: 'pool,none', REPETITIONS: '2', OPS: '10,x', QUICK: 'yes' })).toEqual({
      problems: [
        expect.stringMatching(/^MODES: must be some of .*inline/),
        'QUICK: must be 0 or 1',
        'REPETITIONS: must be a whole number from 3 to 100',
        expect.stringMatching(/^OPS: must be a whole number/),
      ],
    });
  });

  it('make the same comparison only if they agree in all that figures depend on', () => {
    const hash = (env: NodeJS.ProcessEnv) => hashOf(settingsOf(configOf(env)));
    expect(hash({ FRESH: '1', RESULTS_DIR: 'elsewhere' })).toBe(hash({}));
    const others = [{ QUICK: '1' }, { KERNEL: 'scalar' }, { OPS: '5' }, { COMMIT: 'c0ffee' }, { SERVICE_CPUS: '0-3' }];
    for (const env of others) expect(hash(env), JSON.stringify(env)).not.toBe(hash({}));
  });
});
