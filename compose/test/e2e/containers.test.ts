/** What the running containers themselves say of how they are kept: only under RUNTIME=docker. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../src/settings.ts';
import { allModes, docker, inspect, keepUp, make, ports, project } from './support.ts';

interface Container {
  Name: string;
  Config: { User: string; Labels: Record<string, string> };
  HostConfig: {
    ReadonlyRootfs: boolean;
    CapDrop: string[];
    CapAdd: string[] | null;
    SecurityOpt: string[];
    Privileged: boolean;
    PidsLimit: number;
    Memory: number;
    CpusetCpus: string;
    Init: boolean;
    RestartPolicy: { Name: string };
    LogConfig: { Config: Record<string, string> };
    PortBindings: Record<string, { HostIp: string; HostPort: string }[]>;
  };
  Mounts: { Type: string; Source: string; Name?: string }[];
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> };
}

let containers: Map<string, Container>;
const names = () => [...containers.keys()];
/** Where its image cannot be had, the stack runs without it. */
const grafana = () => (names().includes('grafana') ? ['grafana'] : []);
const get = (name: string) => containers.get(name) as Container;

keepUp(allModes);
beforeAll(async () => {
  const board = await make('board');
  expect(board.code, board.output).toBe(0);
  const all = inspect<Container>(...docker('ps', '-q', '--filter', `label=com.docker.compose.project=${project}`));
  containers = new Map(all.map((one) => [one.Config.Labels['com.docker.compose.service'] ?? '', one]));
});

it('the stack is all there', () => {
  const gateways = ['gateway-microservice', 'gateway-pool', 'gateway-queue', 'gateway-unpooled'];
  const others = ['board', 'prometheus', 'redis', 'redis-exporter', 'rust-microservice', 'rust-worker'];
  expect(names().sort()).toEqual([...others, ...gateways, ...grafana()].sort());
});

it('every container is held to what it needs', () => {
  for (const [name, { Config, HostConfig, Mounts }] of containers) {
    expect({ name, ...HostConfig }).toMatchObject({
      name,
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      CapAdd: null,
      SecurityOpt: ['no-new-privileges:true'],
      Privileged: false,
      Init: true,
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Config: { 'max-size': '10m', 'max-file': '2' } },
    });
    expect(HostConfig.Memory, name).toBeGreaterThan(0);
    expect(HostConfig.PidsLimit, name).toBeGreaterThan(0);
    expect(Config.User, name).toMatch(/^(?!0|root|$)/);
    const [, ...processes] = docker('top', get(name).Name.slice(1), '-eo', 'pid,uid');
    expect(
      processes.filter((line) => /\s0$/.test(line.trim())),
      name,
    ).toEqual([]);
    for (const { Type, Source, Name } of Mounts) {
      expect(Source, name).not.toContain('docker.sock');
      // Volumes have names, so that none is left behind.
      if (Type === 'volume') expect(Name, name).toMatch(new RegExp(`^${project}_`));
    }
  }
});

it('services and those who watch are on CPUs of their own', () => {
  const cpus = (name: string) => get(name).HostConfig.CpusetCpus.split(',');
  const serving = new Set(
    names()
      .filter((name) => /^(gateway|rust|redis$)/.test(name))
      .flatMap(cpus),
  );
  const watching = new Set(['prometheus', 'redis-exporter', 'board', ...grafana()].flatMap(cpus));
  expect([...serving].every((cpu) => /^\d+$/.test(cpu))).toBe(true);
  expect([...watching].filter((cpu) => serving.has(cpu))).toEqual([]);
});

it('publishes what is meant for callers, on loopback, and no admin port', () => {
  const published = [...containers].flatMap(([name, { HostConfig }]) =>
    Object.entries(HostConfig.PortBindings ?? {}).flatMap(([inside, hosts]) =>
      hosts.map(({ HostIp, HostPort }) => `${name} ${HostIp}:${HostPort} -> ${inside}`),
    ),
  );
  expect(published.sort()).toEqual(
    [
      `board 127.0.0.1:${ports.ADMIN_PORT} -> 8080/tcp`,
      `gateway-microservice 127.0.0.1:${ports.PORT_MICROSERVICE} -> 3000/tcp`,
      `gateway-pool 127.0.0.1:${ports.PORT_POOL} -> 3000/tcp`,
      `gateway-queue 127.0.0.1:${ports.PORT_QUEUE} -> 3000/tcp`,
      `gateway-unpooled 127.0.0.1:${ports.PORT_UNPOOLED} -> 3000/tcp`,
      `prometheus 127.0.0.1:${ports.PROMETHEUS_PORT} -> 9090/tcp`,
      ...grafana().map((name) => `${name} 127.0.0.1:${ports.GRAFANA_PORT} -> 3000/tcp`),
    ].sort(),
  );
});

describe('a container reaches', () => {
  /** Whether a gateway can open a connection. */
  function reaches(from: string, host: string, port: number): boolean {
    const script = `require('net').connect({host:'${host}',port:${port},timeout:2000})
      .on('connect',()=>process.exit(0)).on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1))`;
    try {
      docker('exec', get(from).Name.slice(1), 'node', '-e', script);
      return true;
    } catch {
      return false;
    }
  }
  const address = (name: string) => Object.values(get(name).NetworkSettings.Networks)[0]?.IPAddress ?? '';

  it('what it works with', () => {
    expect(reaches('gateway-queue', 'redis', 6379)).toBe(true);
    expect(reaches('gateway-microservice', 'rust-microservice', 4000)).toBe(true);
  });

  it.each([
    ['gateway-pool', 'redis', 6379],
    ['gateway-pool', 'rust-microservice', 4000],
    ['gateway-queue', 'rust-microservice', 4000],
    ['gateway-microservice', 'redis', 6379],
  ])('nothing else: %s and %s', (from, to, port) => {
    expect(reaches(from, address(to), port)).toBe(false);
  });

  it('no network that leads out', () => {
    interface Network {
      Name: string;
      Internal: boolean;
      Options: Record<string, string>;
    }
    const ids = docker('network', 'ls', '-q', '--filter', `label=com.docker.compose.project=${project}`);
    const networks = inspect<Network>(...ids);
    const doors = networks.filter(({ Internal }) => !Internal);
    const names = doors.map(({ Name }) => Name);
    // That of the live page stays until the next `make down`.
    expect([`${project}_edge`, `${project}_page`]).toEqual(expect.arrayContaining(names));
    expect(names).toContain(`${project}_edge`);
    for (const { Options } of doors)
      expect(Options).toMatchObject({
        'com.docker.network.bridge.enable_ip_masquerade': 'false',
        'com.docker.network.bridge.enable_icc': 'false',
      });
    for (const name of ['rust-worker', 'rust-microservice', 'redis', 'redis-exporter'])
      for (const network of Object.keys(get(name).NetworkSettings.Networks)) expect(names, name).not.toContain(network);
  });
});

it('the configuration holds for every profile', () => {
  const file = join(root, 'compose/compose.yaml');
  const profiles = docker('compose', '-f', file, 'config', '--profiles');
  expect(profiles.length).toBeGreaterThan(7);
  for (const profile of profiles) docker('compose', '-f', file, '--profile', profile, 'config', '--quiet');
});
