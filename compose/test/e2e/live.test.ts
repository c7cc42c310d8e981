/** `make live`: what it starts, what its page may do to it, and that nothing is left. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import type { Service, ServiceVerb } from '../../../live/src/contract.ts';
import { Page } from '../../../live/test/support/page.ts';
import { begin, docker, inspect, isThere, make, openPorts, ports, project, running, runtime } from './support.ts';

const url = `http://127.0.0.1:${ports.LIVE_PORT}`;
const START_LIMIT_MS = 170_000;
let stack: ReturnType<typeof begin>;
let token: string;
let page: Page;

const tokenIn = (output: string) => new RegExp(`^${url}/#token=([\\w-]{32,})$`, 'm').exec(output)?.[1] ?? '';

/** Resolves when it has said where the page is. */
async function up(variables: Record<string, string>) {
  const made = begin('live', { OPEN: '0', ...variables });
  let over = false;
  void made.ended.then(() => {
    over = true;
  });
  await waitFor('the address', () => over || tokenIn(made.output()) !== '', START_LIMIT_MS);
  expect(tokenIn(made.output()), made.output()).not.toBe('');
  return made;
}

async function command(body: object, sent = token): Promise<number> {
  const headers = { authorization: `Bearer ${sent}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/commands`, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.text();
  return response.status;
}

const seen = (name: string): Service | undefined =>
  page.last?.lanes.flatMap(({ services }) => services).find((service) => service.name === name);

/** Resolves when the page shows what came of it. */
async function act(verb: ServiceVerb, service: string, state: Service['state']): Promise<void> {
  expect(await command({ do: 'service', verb, service })).toBe(202);
  await page.until(`${service} ${state} after ${verb}`, () => seen(service)?.state === state, 60_000);
}

beforeAll(async () => {
  stack = await up({});
  token = tokenIn(stack.output());
  // As browsers do: again, where a connection is lost.
  await waitFor('a page', async () => {
    page = await Page.open(url, token).catch(() => page);
    return page !== undefined;
  });
}, START_LIMIT_MS);
afterAll(() => page?.close());

it('says one address, and that is the page', async () => {
  expect(stack.output().match(/http:/g)).toHaveLength(1);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const html = await fetch(`${url}/`, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } });
  expect(await html.text()).toContain('<html');
});

it('has five architectures side by side, each on its port', async () => {
  const lanes = ['inline', 'unpooled', 'pool', 'microservice', 'queue'];
  expect(page.hello.lanes.map(({ lane }) => lane)).toEqual(lanes);
  for (const lane of lanes) {
    const port = ports[`PORT_${lane.toUpperCase()}` as keyof typeof ports];
    expect((await fetch(`http://127.0.0.1:${port}/non-blocking`)).status, lane).toBe(200);
  }
});

it('shows every service as it is', async () => {
  const names = ['rust-microservice', 'rust-worker', 'redis', 'gateway-inline', 'gateway-queue'];
  for (const name of names) {
    await page.until(`${name} running`, () => seen(name)?.state === 'running' && seen(name)?.cpu !== null);
    expect(seen(name)?.rssBytes, name).toBeGreaterThan(0);
    expect(seen(name)?.restarts, name).toBe(0);
  }
});

it('kills what comes back, and holds and stops what does not', async () => {
  const before = seen('rust-worker')?.since ?? 0;
  expect(await command({ do: 'service', verb: 'kill', service: 'rust-worker' })).toBe(202);
  await page.until('a restart', () => (seen('rust-worker')?.restarts ?? 0) > 0, 60_000);
  await page.until('it is back', () => seen('rust-worker')?.state === 'running', 60_000);
  expect(seen('rust-worker')?.since).toBeGreaterThan(before);
  await act('pause', 'redis', 'paused');
  await act('resume', 'redis', 'running');
  await act('stop', 'gateway-pool', 'stopped');
  await act('start', 'gateway-pool', 'running');
  await act('pause', 'gateway-inline', 'paused');
  // What stands still can be ended.
  expect(await command({ do: 'service', verb: 'kill', service: 'gateway-inline' })).toBe(202);
  await page.until('another', () => seen('gateway-inline')?.state === 'running', 60_000);
  const commands = page.of('snapshot').flatMap(({ marks }) => marks.map((mark) => mark.command));
  expect(commands).toContain('make pause SERVICE=redis');
});

it('does nothing for who has no token, and nothing to what is not a service of its own', async () => {
  expect(await command({ do: 'stop' }, 'x'.repeat(64))).toBe(401);
  for (const service of ['live', 'operator', 'prometheus', '../redis', 'gateway'])
    expect(await command({ do: 'service', verb: 'kill', service }), service).toBeGreaterThanOrEqual(400);
});

describe.runIf(runtime === 'docker')('in containers', () => {
  interface Container {
    HostConfig: { CapDrop: string[]; ReadonlyRootfs: boolean; PortBindings: Record<string, unknown>; Memory: number };
    Mounts: { Source: string }[];
    NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
  }
  const containerOf = (name: string) => inspect<Container>(`${project}-${name}-1`)[0] as Container;
  /** What a program in a container prints. */
  const run = (name: string, script: string) => docker('exec', `${project}-${name}-1`, 'node', '-e', script).join('\n');

  it('only the helper has the socket, and only the page reaches the helper', () => {
    const [live, operator] = [containerOf('live'), containerOf('operator')];
    for (const { HostConfig } of [live, operator])
      expect(HostConfig).toMatchObject({ CapDrop: ['ALL'], ReadonlyRootfs: true });
    expect(live.Mounts).toEqual([]);
    expect(operator.Mounts.map(({ Source }) => Source)).toEqual([expect.stringContaining('docker.sock')]);
    expect(operator.HostConfig.PortBindings).toEqual({});
    const [address] = Object.values(operator.NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    const reach = `require('net').connect({ host: '${address}', port: 4100, timeout: 2000 })
      .on('connect', () => { console.log('yes'); process.exit() })
      .on('timeout', () => { console.log('no'); process.exit() }).on('error', () => console.log('no'))`;
    expect(run('live', reach)).toBe('yes');
    for (const beside of ['gateway-inline', 'gateway-queue']) expect(run(beside, reach), beside).toBe('no');
  });

  it('the helper does not do what is not on its list, whoever asks', () => {
    const asked: [string, object][] = [
      ['/act', { verb: 'kill', service: 'operator' }],
      ['/act', { verb: 'remove', service: 'redis' }],
      ['/act', { verb: 'stop', service: '../redis' }],
      ['/containers/json', {}],
    ];
    const script = `Promise.all(${JSON.stringify(asked)}.map(([path, body]) => fetch('http://operator:4100' + path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    }))).then((all) => console.log(all.map(({ status }) => status).join()))`;
    expect(run('live', script)).toBe('400,400,400,404');
    const refused = docker('logs', `${project}-operator-1`).map((line) => JSON.parse(line));
    expect(refused.filter(({ msg }) => msg === 'refused')).toHaveLength(4);
  });

  it('the token is in no command line and no log', () => {
    for (const name of ['live', 'operator']) {
      expect(docker('top', `${project}-${name}-1`, '-eo', 'pid,args').join()).not.toContain(token);
      expect(docker('logs', `${project}-${name}-1`).join()).not.toContain(token);
    }
  });
});

it('leaves nothing after Ctrl-C', async () => {
  const before = await running();
  expect(before.length).toBeGreaterThanOrEqual(9);
  stack.interrupt();
  await stack.ended;
  expect(before.filter(isThere)).toEqual([]);
  expect(await openPorts()).toEqual([]);
});

it('ends when somebody else takes it down, well; one lane is a page, too', async () => {
  const one = await up({ MODE: 'wasm' });
  expect((await fetch(`http://127.0.0.1:${ports.PORT_WASM}/non-blocking`)).status).toBe(200);
  expect((await make('down')).code).toBe(0);
  expect((await one.ended).code, one.output()).toBe(0);
  expect(await openPorts()).toEqual([]);
});
