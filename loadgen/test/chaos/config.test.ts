import { describe, expect, it } from 'vitest';
import { cellsOf, type Wanted } from '../../src/chaos/cells.ts';
import { readChaosConfig } from '../../src/chaos/config.ts';

const named = (MODE: string, TARGET?: Wanted['TARGET'], FAULT?: Wanted['FAULT']) =>
  cellsOf({ MODE, TARGET, FAULT }).map(({ service, fault }) => `${service} ${fault}`);

describe('cells', () => {
  it('are TERM and KILL of every service that the mode has', () => {
    expect(named('pool')).toEqual(['gateway-pool TERM', 'gateway-pool KILL']);
    expect(named('microservice')).toHaveLength(4);
    expect(cellsOf({ MODE: 'microservice', IMPLEMENTATION: 'js' }).map(({ service }) => service)).toContain(
      'node-service',
    );
    expect(named('queue')).toEqual([
      'gateway-queue TERM',
      'gateway-queue KILL',
      'rust-worker TERM',
      'rust-worker KILL',
      'redis TERM',
      'redis KILL',
    ]);
  });

  it('are narrowed to a target and a fault', () => {
    expect(named('queue', 'rust-worker', 'PAUSE')).toEqual(['rust-worker PAUSE']);
    expect(named('queue', undefined, 'SLOW_DISK')).toEqual(['redis SLOW_DISK']);
    expect(named('queue', undefined, 'FULL_DISK')).toEqual(['redis FULL_DISK']);
    expect(named('queue', undefined, 'OVERLOAD')).toEqual(['gateway-queue OVERLOAD']);
  });

  it('are never none', () => {
    expect(() => named('pool', 'redis')).toThrow('mode pool has no cell redis x any');
    expect(() => named('pool', 'gateway', 'SLOW_DISK')).toThrow('mode pool has no cell gateway x SLOW_DISK');
  });
});

it('lists every setting that is wrong', () => {
  const read = readChaosConfig({ MODE: 'queue', RUNTIME: 'local', ROUNDS: '0', TARGET: 'router', FAULT: 'NAP' });
  expect(read).toEqual({
    problems: [
      'ROUNDS: must be a whole number from 1 to 10000',
      'TARGET: must be one of gateway, rust-microservice, node-service, rust-worker, redis',
      'FAULT: must be one of TERM, KILL, PAUSE, OOM, SLOW_DISK, FULL_DISK, OVERLOAD',
      'REDIS_URL: needed in mode queue, to learn completions',
    ],
  });
});

it.each([
  [{ MODE: 'pool', TARGET: 'redis' }, 'TARGET: is not possible: mode pool has no cell redis x any'],
  [{ MODE: 'pool', FAULT: 'FULL_DISK' }, 'FAULT: is not possible: mode pool has no cell any x FULL_DISK'],
  [{ MODE: 'queue', FAULT: 'OOM' }, 'FAULT: needs RUNTIME=docker to be OOM'],
  [{ MODE: 'queue', FAULT: 'SLOW_DISK', RUNTIME: 'docker' }, 'FAULT: needs RUNTIME=local to be SLOW_DISK'],
  [{ MODE: 'pool', OPS: '1', CHUNKS: '2' }, 'CHUNKS: must not exceed OPS'],
])('names what does not fit together: %j', (env, problem) => {
  expect(readChaosConfig({ REDIS_URL: 'redis://127.0.0.1:1', ...env })).toEqual({ problems: [problem] });
});
