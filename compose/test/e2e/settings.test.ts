/** Settings that cannot work are refused before anything starts: what runs goes on, and nothing new is there. */
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDir } from '../../src/settings.ts';
import { docker, inspect, make, openPorts, ports, project, running, runtime } from './support.ts';

let before: string[];

beforeAll(async () => {
  const { code, output } = await make('up', { MODE: 'inline' });
  expect(code, output).toBe(0);
  before = await running();
});
afterAll(() => make('down'));

/** What make says besides its own closing line. */
async function refused(target: string, variables: Record<string, string>): Promise<string[]> {
  const { code, output } = await make(target, variables);
  expect(code, output).not.toBe(0);
  expect(await running(), output).toEqual(before);
  return output.split('\n').filter((line) => line && !/^make: |^building |^fetching /.test(line));
}

describe('refused with the stack of before untouched', () => {
  it.each([
    ['up', { MODE: 'pool', MAX_QUEUE: 'abc' }, [/^MAX_QUEUE must be a whole number from 1 to 1000000$/]],
    ['up', { MODE: 'queue', LOCK_MS: '1', GATEWAYS: 'two' }, [/^GATEWAYS must be/, /^LOCK_MS '1'/]],
    ['up', { MODE: 'pool', THREADS: '150' }, [/^THREADS needs GATEWAY_MEMORY=1628m or more/]],
    ['up', { MODE: 'microservice', IMPLEMENTATION: 'js', THREADS: '150' }, [/^THREADS needs GATEWAY_MEMORY=1628m/]],
    [
      'up',
      { MODE: 'inline', CPUS: '999', GATEWAY_MEMORY: 'much' },
      [/^GATEWAY_MEMORY must be/, /^CPUS must not exceed/],
    ],
    ['bench', { MODE: 'pool', OPS: '0', RATE: 'x' }, [/^RATE must be/, /^OPS must be/]],
    ['bench', { MODE: 'pool', OPS: '5', CHUNKS: '6' }, [/^CHUNKS must not exceed OPS$/]],
    ['chaos', { MODE: 'pool', TARGET: 'redis' }, [/^TARGET is not possible/]],
    // Read by a program of the second mode alone.
    ['scoreboard', { MODES: 'pool,queue', STALLED_CHECK_MS: '1' }, [/^STALLED_CHECK_MS '1'/]],
  ])('make %s %j', async (target, variables: Record<string, string>, lines) => {
    const said = await refused(target, variables);
    expect(said).toHaveLength(lines.length);
    for (const [n, line] of lines.entries()) expect(said[n]).toMatch(line);
  });

  it.runIf(runtime === 'local')("two ports that are one, and the generator's, which is taken", async () => {
    expect(await refused('up', { MODE: 'pool', ADMIN_PORT: ports.PORT })).toEqual([
      `ADMIN_PORT must be another port than PORT: both are ${ports.PORT}`,
    ]);
    const holder = createServer().listen(Number(ports.METRICS_PORT), '127.0.0.1');
    await once(holder, 'listening');
    const said = await refused('bench', { MODE: 'pool' });
    holder.close();
    expect(said).toEqual([expect.stringMatching(/^port \d+ for loadgen is taken.*METRICS_PORT=$/)]);
  });
});

it.runIf(runtime === 'docker')("a container's limits follow from what its program is told", async () => {
  const { code, output } = await make('up', { MODE: 'inline', THREADS: '150', SHUTDOWN_TIMEOUT_MS: '60000' });
  expect(code, output).toBe(0);
  const [container] = inspect<{ HostConfig: { PidsLimit: number }; Config: { StopTimeout: number } }>(
    ...(await running()),
  );
  expect(container?.HostConfig.PidsLimit).toBeGreaterThan(150 + 10);
  expect(container?.Config.StopTimeout).toBeGreaterThan(60);
});

describe('a program that only ends at its start', () => {
  const data = join(runDir, 'redis');
  const aside = `${data}.aside`;
  const manifest = 'appendonlydir/appendonly.aof.manifest';

  /** Leaves Redis a file that it cannot read. */
  beforeAll(async () => {
    await make('down');
    if (runtime === 'docker') {
      const spoil = `mkdir -p /data/appendonlydir && echo spoilt >/data/${manifest}`;
      docker(
        'run',
        '--rm',
        '--user',
        '999',
        '-v',
        `${project}_redis:/data`,
        '--entrypoint',
        'sh',
        'redis:8.0',
        '-c',
        spoil,
      );
      return;
    }
    if (existsSync(data)) renameSync(data, aside);
    mkdirSync(join(data, 'appendonlydir'), { recursive: true });
    writeFileSync(join(data, manifest), 'spoilt\n');
  });
  afterAll(async () => {
    await make('down');
    if (runtime === 'docker') return void docker('volume', 'rm', `${project}_redis`);
    rmSync(data, { recursive: true });
    if (existsSync(aside)) renameSync(aside, data);
  });

  it('is given up with its last line, and nothing of the stack is left', async () => {
    const { code, output } = await make('up', { MODE: 'queue' });
    expect(code, output).not.toBe(0);
    expect(output).toMatch(/^redis ended 3 times at its start: .*manifest/m);
    expect(await running()).toEqual([]);
    expect(await openPorts()).toEqual([]);
    if (runtime === 'docker')
      expect(docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`)).toEqual([]);
  });
});
