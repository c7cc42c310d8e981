/** compose.yaml and the local runner describe one stack: the same services, settings, limits and commands. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { modeNames } from '../../gateway/src/mode-names.ts';
import { toldToLive } from '../src/live-page.ts';
import { architectures, CEILINGS, LIVE } from '../src/modes.ts';
import { type Service, services } from '../src/services.ts';
import { readSettings, readShared, root } from '../src/settings.ts';

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
  volumes?: string[];
  networks: string[] | Record<string, unknown>;
  security_opt: string[];
}

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const compose: Record<string, ComposeService> = parse(read('compose/compose.yaml'), { merge: true }).services;
const sharedEnv = parseEnv(read('compose/services.env'));
const plan = { service: '0', generator: '1', redis: '0', serviceCores: 1 };
/** Of a mode, or of a profile: `microservice-js` is the mode with its service in that language. */
function local(profile: string, MODES = ''): Service[] {
  const [MODE, IMPLEMENTATION] = profile.split('-');
  return services(readSettings({ MODE, IMPLEMENTATION, MODES }), readShared({}), plan);
}
const networksOf = (name: string) => {
  const { networks = [] } = compose[name] as ComposeService;
  return Array.isArray(networks) ? networks : Object.keys(networks);
};
const ofProfile = (profile: string) => Object.keys(compose).filter((name) => compose[name]?.profiles.includes(profile));

/** What compose puts there from the settings of docker's client, unless a service says something else. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
const ownEnvironment = ({ environment = {} }: ComposeService) =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !proxies.includes(name)));

describe.each([...modeNames, 'microservice-js', CEILINGS])('%s', (mode) => {
  it('has the same services', () => {
    expect(
      local(mode)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(ofProfile(mode).sort());
  });

  it.each(local(mode).map((service) => [service.name, service] as const))('%s is told the same', (name, service) => {
    const container = compose[name] as ComposeService;
    expect(container.stop_grace_period).toBe(`\${GRACE:-${service.graceMs / 1000}s}`);
    expect(container.cpuset).toContain(name === 'redis' ? 'REDIS_CPUSET' : 'SERVICE_CPUS');
    // The same needs, but for the services that are only asked for later and waited for by those who need them.
    for (const needed of Object.keys(container.depends_on ?? {}).filter((one) => ofProfile(mode).includes(one)))
      expect(service.dependsOn).toContain(needed);
    const [, setting, byDefault] = /^\$\{(\w+):-(\w+)\}$/.exec(container.mem_limit) ?? [];
    expect(sharedEnv[setting ?? '']).toBe(byDefault);
    if (name === 'redis') {
      expect(service.command[1]).toBe('compose/redis.conf');
      expect(service.command.slice(-2)).toEqual(['--maxmemory', String(2 ** 30)]);
      return expect(container.command?.slice(-2)).toEqual(['--maxmemory', `\${REDIS_DATA:-1gb}`]);
    }
    // What is no service for callers is told where things are, and nothing else.
    if (name !== CEILINGS) expect(container.env_file).toContain('services.env');
    // Addresses differ, names do not; the one bound that a container's own limits replace is the exception.
    const { MAX_LIVE_THREADS: _bound, ...environment } = ownEnvironment(container);
    for (const variable of Object.keys(environment)) expect(Object.keys(service.env)).toContain(variable);
    if (service.env.MODE) expect(environment.MODE).toBe(service.env.MODE);
  });
});

it('the page is told the same, and where what it drives is', () => {
  const lanes = local(LIVE, 'pool,microservice,queue');
  const service = lanes.at(-1) as Service;
  const { live, operator } = compose as Record<'live' | 'operator', ComposeService>;
  // As processes, the runner itself is the helper.
  expect(ofProfile(LIVE)).toEqual([service.name, 'operator']);
  expect(live.cpuset).toContain('GENERATOR_CPUS');
  expect(live.stop_grace_period).toBe(`\${GRACE:-${service.graceMs / 1000}s}`);
  expect(live.mem_limit).toBe(`${service.memoryBytes / 2 ** 20}m`);
  expect(live.env_file).toContain('services.env');
  // The image knows the commit, the address and the port that it has in there.
  const { OPERATOR_URL, ...told } = ownEnvironment(live);
  const { CONTROL_SOCKET, COMMIT: _image, PORT: _inside, HOST: _anywhere, ...here } = service.env;
  expect([OPERATOR_URL, CONTROL_SOCKET]).toEqual(['http://operator:4100', '.run/control']);
  const services = [...Object.keys(readShared({}).env), 'THREADS'];
  expect(Object.keys(here).sort()).toEqual([...Object.keys(told), ...services].sort());
  const settings = readSettings({ MODE: LIVE, MODES: modeNames.join() });
  const { OPERATED, LIVE_SERVICES, LIVE_LANES } = toldToLive(settings, plan);
  const all = local(LIVE, modeNames.join());
  const operated = all.map(({ name }) => name).filter((name) => name !== 'live');
  expect(String(OPERATED).split(',').sort()).toEqual(operated.sort());
  // Addresses differ, names do not.
  const named = (list: unknown) => [...String(list).matchAll(/([\w-]+)=/g)].map(([, name]) => name).sort();
  expect(named(LIVE_SERVICES)).toEqual(named(all.at(-1)?.env.SERVICES));
  expect(named(LIVE_LANES)).toEqual(named(all.at(-1)?.env.LANES));
  // Only the two of them can speak to each other there, and only the helper reaches the engine.
  expect(Object.keys(compose).filter((name) => networksOf(name).includes('operator'))).toEqual(['live', 'operator']);
  expect(networksOf('operator')).toEqual(['operator']);
  expect(operator).not.toHaveProperty('ports');
  const withSocket = Object.keys(compose).filter((name) => String(compose[name]?.volumes).includes('docker.sock'));
  expect(withSocket).toEqual(['chaos', 'operator']);
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
  const [service] = local('microservice-js');
  expect(compose['node-service']?.entrypoint).toEqual(['node', ...(service?.command.slice(1) ?? [])]);
  const [, ...bare] = local(CEILINGS).at(-1)?.command ?? [];
  expect(compose[CEILINGS]?.entrypoint).toEqual(['node', ...bare]);
  const [, ...page] = local(LIVE, 'pool').at(-1)?.command ?? [];
  expect(dockerfile).toContain(`ENTRYPOINT ["node", "${page.join('", "')}"]`);
});

it('what the containers are planned by is asked of the user', () => {
  const [line] = /^plan_settings="[^"]*"$/m.exec(read('compose/docker/engine.sh')) ?? [];
  const names = execFileSync('bash', ['-c', `${line}; printf %s "$plan_settings"`], { cwd: root, encoding: 'utf8' });
  const interpolated = [...read('compose/compose.yaml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '');
  const asked = [...names.split(/\s+/), ...Object.keys(sharedEnv)];
  const known = [...Object.keys(readSettings({})), ...Object.keys(sharedEnv)];
  for (const name of interpolated) if (known.includes(name)) expect(asked).toContain(name);
});

it('side by side they are the same four', () => {
  const [, list] = /^architectures='(.*)'$/m.exec(read('compose/docker/engine.sh')) ?? [];
  expect(list?.split(' ')).toEqual(architectures);
});

describe.each(Object.entries(compose))('on any host, %s', (_name, service) => {
  const mounts = (service.volumes ?? [])
    .map((volume) => volume.split(/:(?=[^-])/))
    .filter(([from]) => /^[.$/]/.test(from ?? ''));

  it('is told of no proxy', () => {
    expect(service.environment).toMatchObject(Object.fromEntries(proxies.map((name) => [name, ''])));
  });

  it.each(mounts)('may read %s where SELinux is on, whoever owns it', (from = '', _to, options = '') => {
    if (from.includes('docker.sock')) return expect(service.security_opt).toContain('label=disable');
    expect(options.split(',')).toContain('z');
    expect(madeReadable(join('compose', from))).toBe(true);
  });
});

it('builds that keep crates in one folder take turns, as cargo cannot lock it', () => {
  for (const file of ['compose/node.Dockerfile', 'compose/rust.Dockerfile'])
    for (const [mount] of read(file).matchAll(/--mount=\S*cargo\S*/g)) expect(mount).toContain('sharing=locked');
});

it('what images are made of is readable for their users, whoever owns it', () => {
  for (const file of ['compose/node.Dockerfile', 'compose/rust.Dockerfile'])
    for (const [, words = ''] of read(file).matchAll(/^COPY (?!--from)(.*)$/gm))
      for (const from of words.split(' ').slice(0, -1)) expect(madeReadable(from), from).toBe(true);
});

/** Whether `make` sees to it that others than the owner may read it. */
function madeReadable(path: string): boolean {
  const [, list = ''] = /chmod -R a\+rX (.*) 2>/.exec(read('compose/docker/images.sh')) ?? [];
  return list.split(' ').some((pattern) => matchesGlob(path.split('/')[0] ?? '', pattern));
}
