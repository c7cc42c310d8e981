/** compose.yaml and the local runner describe one stack: the same services, settings, limits and commands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { modeNames } from '../../gateway/src/mode-names.ts';
import { services } from '../src/services.ts';
import { architectures, CEILINGS, readSettings, readShared, root } from '../src/settings.ts';

interface ComposeService {
  profiles: string[];
  command?: string[];
  entrypoint?: string[];
  env_file?: string;
  environment?: Record<string, string | number>;
  mem_limit: string;
  stop_grace_period: string;
  cpuset: string;
  depends_on?: Record<string, { condition: string }>;
}

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const compose: Record<string, ComposeService> = parse(read('compose/compose.yaml'), { merge: true }).services;
const sharedEnv = parseEnv(read('compose/services.env'));
const plan = { service: '0', generator: '1', redis: '0', serviceCores: 1 };
const local = (MODE: string) => services(readSettings({ MODE }), readShared({}), plan);
const ofProfile = (profile: string) => Object.keys(compose).filter((name) => compose[name]?.profiles.includes(profile));

describe.each([...modeNames, CEILINGS])('%s', (mode) => {
  it('has the same services', () => {
    expect(
      local(mode)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(ofProfile(mode).sort());
  });

  it.each(local(mode).map((service) => [service.name, service] as const))('%s is told the same', (name, service) => {
    const container = compose[name] as ComposeService;
    expect(container.stop_grace_period).toBe(`${service.graceMs / 1000}s`);
    expect(container.cpuset).toContain(name === 'redis' ? 'REDIS_CPUSET' : 'SERVICE_CPUS');
    // The same needs, but for the services that are only asked for later and waited for by those who need them.
    for (const needed of Object.keys(container.depends_on ?? {})) expect(service.dependsOn).toContain(needed);
    const [, setting, byDefault] = /^\$\{(\w+):-(\w+)\}$/.exec(container.mem_limit) ?? [];
    expect(sharedEnv[setting ?? '']).toBe(byDefault);
    if (name === 'redis') return expect(service.command[1]).toBe('compose/redis.conf');
    // What is no service for callers is told where things are, and nothing else.
    if (name !== CEILINGS) expect(container.env_file).toContain('services.env');
    // Addresses differ, names do not; the one bound that a container's own limits replace is the exception.
    const { MAX_LIVE_THREADS: _bound, ...environment } = container.environment ?? {};
    for (const variable of Object.keys(environment)) expect(Object.keys(service.env)).toContain(variable);
    if (service.env.MODE) expect(environment.MODE).toBe(service.env.MODE);
  });
});

it('services.env reaches every program, and nothing else does', () => {
  const memory = ['GATEWAY_MEMORY', 'UNPOOLED_MEMORY', 'RUST_MEMORY', 'REDIS_MEMORY'];
  const settings = Object.keys(sharedEnv).filter((name) => !memory.includes(name));
  expect(Object.keys(readShared({}).env).sort()).toEqual(settings.sort());
});

it('programs are started alike', () => {
  const dockerfile = read('compose/node.Dockerfile');
  const [, flags] = /ENTRYPOINT \["node", (.*"gateway\/dist\/main\.js")\]/.exec(dockerfile) ?? [];
  const [, ...args] = local('pool').at(-1)?.command ?? [];
  expect(JSON.parse(`[${flags}]`)).toEqual(args);
  const [, ...bare] = local(CEILINGS).at(-1)?.command ?? [];
  expect(compose[CEILINGS]?.entrypoint).toEqual(['node', ...bare]);
});

it('side by side they are the same four', () => {
  const [, list] = /^architectures='(.*)'$/m.exec(read('compose/docker/engine.sh')) ?? [];
  expect(list?.split(' ')).toEqual(architectures);
});
