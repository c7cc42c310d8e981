import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../gateway/src/config.ts';
import { modeNames } from '../../gateway/src/mode-names.ts';
import { sharedPorts, takenPorts } from '../src/ports.ts';
import { type Service, services } from '../src/services.ts';
import { readSettings, readShared } from '../src/settings.ts';

const plan = { service: '0', generator: '1', redis: '0', serviceCores: 1 };
const everything = { MODE: 'live', MODES: modeNames.join() };
const list = (env: Record<string, string>) => services(readSettings(env), readShared(env), plan);

describe('settings', () => {
  it('list every problem, and take the empty one for unset', () => {
    expect(() => readSettings({ MODE: 'fast', PORT: '99999', CPUS: '0', REDIS_CPUS: 'a' })).toThrow(
      /MODE must be one of.*\nPORT must be a port\nCPUS must be a number of CPUs\nREDIS_CPUS must be a list/,
    );
    expect(readSettings({ MODE: 'pool', PORT: '' })).toMatchObject({ MODE: 'pool', PORT: 3000 });
  });

  it.each([
    [{ MODE: 'pool', WORKERS: '2' }, /^WORKERS needs MODE=queue$/],
    [{ MODE: 'queue', IMPLEMENTATION: 'js' }, /^IMPLEMENTATION needs MODE=microservice to be js$/],
    [{ MODE: 'microservice', IMPLEMENTATION: 'go' }, /^IMPLEMENTATION must be js or rust$/],
    [{ GATEWAY_MEMORY: '99999999999g' }, /^GATEWAY_MEMORY must be a size such as 512m or 4g$/],
    [{ RUST_MEMORY: '0m', PORT: 'x' }, /^PORT must be a port\nRUST_MEMORY must be at least 16m$/],
    [{ REDIS_CPUS: '0-99999999999' }, /^REDIS_CPUS must be a list of CPUs/],
  ])('are refused: %j', (env, lines) => {
    expect(() => readSettings(env)).toThrow(lines);
  });

  it('of services.env can be overridden', () => {
    expect(readShared({}).env.MAX_WAITING).toBe('500000');
    expect(readShared({ MAX_WAITING: '7', RUST_MEMORY: '1g' })).toMatchObject({
      env: { MAX_WAITING: '7' },
      memory: { rust: 2 ** 30 },
    });
    expect(() => readShared({ RUST_MEMORY: 'much' })).toThrow('RUST_MEMORY must be a size');
  });
});

describe('the list of services', () => {
  it('has a gateway for every file in modes/', () => {
    for (const mode of modeNames) expect(list({ MODE: mode }).map(({ name }) => name)).toContain(`gateway-${mode}`);
  });

  it('has only what a mode needs', () => {
    const names = (MODE: string) => list({ MODE }).map(({ name }) => name);
    expect(names('pool')).toEqual(['gateway-pool']);
    expect(names('microservice')).toEqual(['rust-microservice', 'gateway-microservice']);
    const js = list({ MODE: 'microservice', IMPLEMENTATION: 'js' }).map(({ name }) => name);
    expect(js).toEqual(['node-service', 'gateway-microservice']);
    expect(names('queue')).toEqual(['redis', 'rust-worker', 'gateway-queue']);
    expect(names('ceilings')).toEqual(['redis', 'rust-worker', 'ceilings']);
  });

  it('puts four gateways side by side, on ports of their own', () => {
    const all = list({ MODE: 'all' });
    const gateways = all.filter(({ name }) => name.startsWith('gateway-'));
    expect(gateways.map(({ url }) => url)).toEqual([3001, 3002, 3003, 3004].map((port) => `http://127.0.0.1:${port}`));
    const ports = all.flatMap(({ ports }) => Object.values(ports));
    expect(new Set(ports).size).toBe(ports.length);
  });

  it("puts any modes side by side with the page that drives them, on the generator's cores", () => {
    const lanes = list({ MODE: 'live', MODES: 'inline,wasm,queue' });
    expect(lanes.map(({ name, url }) => url ?? name)).toEqual([
      ...['redis', 'rust-worker'],
      ...[3005, 3006, 3004].map((port) => `http://127.0.0.1:${port}`),
      'live',
    ]);
    const { env, ...live } = lanes.at(-1) as Service;
    expect(live).toMatchObject({ cpus: '1', ports: { LIVE_PORT: 3100 }, health: 'http://127.0.0.1:3100/healthz' });
    expect(env).toMatchObject({
      LANES: 'inline=http://127.0.0.1:3005,wasm=http://127.0.0.1:3006,queue=http://127.0.0.1:3004',
      REDIS_URL: 'redis://127.0.0.1:6390',
      SOLO: 'on',
    });
    expect(env.SERVICES).toBe(
      'rust-worker=http://127.0.0.1:9466,gateway-inline=http://127.0.0.1:9475,gateway-wasm=http://127.0.0.1:9476,gateway-queue=http://127.0.0.1:9474',
    );
  });

  it('gives the page of each visit a token of its own, and one lane a core of its own', () => {
    const page = () => list({ MODE: 'live', MODES: 'pool' }).at(-1)?.env ?? {};
    expect(page().TOKEN).toMatch(/^[0-9a-f]{64}$/);
    expect(page().TOKEN).not.toBe(page().TOKEN);
    expect(page()).toMatchObject({ SOLO: 'off' });
    expect(page()).not.toHaveProperty('REDIS_URL');
  });

  it('passes settings that the gateway understands', () => {
    for (const { name, env } of list({ MODE: 'all', MAX_WAITING: '9', THREADS: '3' })) {
      if (!name.startsWith('gateway-')) continue;
      expect(readConfig(env)).toMatchObject({ config: { MAX_WAITING: 9, THREADS: 3, HOST: '127.0.0.1' } });
    }
  });

  it('gives each the time and the means that its settings need', () => {
    const [redis, worker] = list({ SHUTDOWN_TIMEOUT_MS: '60000', REDIS_MEMORY: '600m' });
    expect(worker?.graceMs).toBeGreaterThan(60_000);
    const [, dataBytes] = /--maxmemory,(\d+)/.exec(String(redis?.command)) ?? [];
    expect(Number(dataBytes)).toBeLessThan(redis?.memoryBytes ?? 0);
  });

  it.each([
    [{ MODE: 'pool', ADMIN_PORT: '3000' }, 'ADMIN_PORT: must be another port than PORT: both are 3000'],
    [{ WORKER_ADMIN_PORT: '6390' }, 'WORKER_ADMIN_PORT: must be another port than REDIS_PORT: both are 6390'],
    // The third worker's port is 40 above the first one's.
    [{ WORKERS: '3', ADMIN_PORT: '9506' }, 'ADMIN_PORT: must be another port than WORKER_ADMIN_PORT: both are 9506'],
    [
      { WORKERS: '2', WORKER_ADMIN_PORT: '65530' },
      'WORKER_ADMIN_PORT: must be lower: rust-worker-2 would have port 65550',
    ],
  ])('names ports that collide: %j', (env, line) => {
    expect(sharedPorts(list(env))).toEqual([line]);
  });

  it.each(list(everything).flatMap(({ name, ports }) => Object.keys(ports).map((variable) => [name, variable])))(
    'names the variable of a port that is taken: %s %s',
    async (name, variable) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const service = list({ ...everything, [variable ?? '']: String(port) }).filter((one) => one.name === name);
      const lines = await takenPorts(service);
      server.close();
      const own = lines.filter((line) => line.includes(`port ${port} for ${name} is taken`));
      expect(own).toEqual([expect.stringMatching(new RegExp(`choose another with ${variable}=$`))]);
    },
  );

  it('names a taken port, its variable and its holder', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const [line, ...more] = await takenPorts(list({ MODE: 'pool', PORT: String(port), ADMIN_PORT: '64999' }));
    server.close();
    expect(more).toEqual([]);
    expect(line).toMatch(new RegExp(`^port ${port} for gateway-pool is taken.*choose another with PORT=$`));
  });
});
