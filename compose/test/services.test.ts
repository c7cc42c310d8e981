import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../gateway/src/config.ts';
import { modeNames } from '../../gateway/src/mode-names.ts';
import { takenPorts } from '../src/ports.ts';
import { services } from '../src/services.ts';
import { readSettings, readShared } from '../src/settings.ts';

const plan = { service: '0', generator: '1', redis: '0', serviceCores: 1 };
const list = (env: Record<string, string>) => services(readSettings(env), readShared(env), plan);

describe('settings', () => {
  it('list every problem, and take the empty one for unset', () => {
    expect(() => readSettings({ MODE: 'fast', PORT: '99999', CPUS: '0', REDIS_CPUS: 'a' })).toThrow(
      /MODE must be one of.*\nPORT must be a port\nCPUS must be a number of CPUs\nREDIS_CPUS must be a list/,
    );
    expect(readSettings({ MODE: 'pool', PORT: '' })).toMatchObject({ MODE: 'pool', PORT: 3000 });
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

  it('passes settings that the gateway understands', () => {
    for (const { name, env } of list({ MODE: 'all', MAX_WAITING: '9', THREADS: '3' })) {
      if (!name.startsWith('gateway-')) continue;
      expect(readConfig(env)).toMatchObject({ config: { MAX_WAITING: 9, THREADS: 3, HOST: '127.0.0.1' } });
    }
  });

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
