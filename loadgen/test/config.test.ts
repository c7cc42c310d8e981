import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/bench/config.ts';

function problemsOf(env: Record<string, string>): string[] {
  const read = readConfig({ MODE: 'pool', ...env });
  return 'problems' in read ? read.problems : [];
}

describe('the settings', () => {
  it('have the original load as their default', () => {
    const read = readConfig({ MODE: 'pool' });
    expect(read).toMatchObject({
      config: { CONNECTIONS: 100, DURATION: 10, OPS: 20_000_000, CHUNKS: 8, SEED: 0, RATE: 0, DRAIN_LIMIT: 20 },
    });
  });

  it('are refused all at once, one line each', () => {
    const wrong = { OPS: '0', CHUNKS: '65', SEED: '-1', RATE: '1e3', CONNECTIONS: 'many', DURATION: '', WARMUP: 'abc' };
    const names = problemsOf(wrong).map((line) => line.split(':')[0]);
    expect(names.sort()).toEqual(Object.keys(wrong).sort());
  });

  it.each([
    [{ OPS: '1.5' }, 'OPS: must be a whole number from 1 to 1000000000000'],
    [{ OPS: '1e30' }, 'OPS: must be a whole number from 1 to 1000000000000'],
    [{ OPS: '2000000000000' }, 'OPS: must be a whole number from 1 to 1000000000000'],
    [{ OPS: '4', CHUNKS: '8' }, 'CHUNKS: must not exceed OPS'],
    [{ DURATION: '0.4' }, 'DURATION: must be seconds from 0.5 to 86400'],
    [{ SEED: '4294967296' }, 'SEED: must be a whole number from 0 to 4294967295'],
    [{ GATEWAY_URL: 'localhost' }, 'GATEWAY_URL: must be a URL such as http://127.0.0.1:3000'],
    [{ SERVICES: 'gateway,rust=http://127.0.0.1:1' }, 'SERVICES: "gateway" is not name=url'],
    [{ MODE: 'queue' }, 'REDIS_URL: needed in mode queue, to learn completions'],
    [{ MODE: '../x' }, 'MODE: must name a mode'],
    [{ OPS: '2000000001' }, 'OPS: must not exceed 2000000000 in mode pool'],
    // What is right alone is held against the rest, whatever else is wrong.
    [{ OPS: '4', RATE: 'x' }, 'CHUNKS: must not exceed OPS'],
    [{ RESULTS_DIR: '/dev/null/results' }, 'RESULTS_DIR: /dev/null/results cannot be written (ENOTDIR)'],
  ])('%j is refused', (env, problem) => {
    expect(problemsOf(env)).toContain(problem);
  });

  it('need a mode', () => {
    expect(readConfig({})).toEqual({ problems: [expect.stringMatching(/^MODE: /)] });
  });

  it('read the list of services, which may be empty', () => {
    const SERVICES = 'gateway=http://127.0.0.1:9464,worker=http://127.0.0.1:9466/a=b';
    expect(readConfig({ MODE: 'pool', SERVICES })).toMatchObject({
      config: {
        SERVICES: [
          { name: 'gateway', url: 'http://127.0.0.1:9464' },
          { name: 'worker', url: 'http://127.0.0.1:9466/a=b' },
        ],
      },
    });
    expect(readConfig({ MODE: 'pool', SERVICES: '' })).toMatchObject({ config: { SERVICES: [] } });
  });

  it('are usable as the runner passes them when they are not set: empty', () => {
    expect(problemsOf({ SERVICES: '', SERVICE_CPUS: '', GENERATOR_CPUS: '', REDIS_CPUS: '' })).toEqual([]);
  });
});
