/** What the images say of themselves and what is in them: only under RUNTIME=docker. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../src/settings.ts';
import { allModes, docker, inspect, keepUp, project } from './support.ts';

keepUp(allModes);

describe('an image', () => {
  const base = {
    gateway: 'node:26-trixie-slim',
    'gateway-native': 'node:26-trixie-slim',
    live: 'node:26-trixie-slim',
    'rust-microservice': 'debian:trixie-slim',
    'rust-worker': 'debian:trixie-slim',
  };
  interface Image {
    Size: number;
    Config: { Labels: Record<string, string>; User: string };
  }
  const image = (name: string) => inspect<Image>(name)[0] as Image;

  it.each([
    ['gateway', 60],
    ['gateway-native', 60],
    ['live', 70],
    ['rust-microservice', 15],
    ['rust-worker', 15],
  ] as const)('%s adds at most %i MB to its base, and says what it is', (name, megabytes) => {
    const { Size, Config } = image(`${project}-${name}`);
    const added = (Size - image(base[name]).Size) / 1e6;
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThanOrEqual(megabytes);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': `heavy-lifter ${name}`,
      'org.opencontainers.image.version': version,
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{7,}|unknown/),
    });
    expect(Config.User).toMatch(/^(node|1000:1000)$/);
  });

  it('of a gateway holds no compiler, no sources, no test runner', () => {
    const files = docker('exec', `${project}-gateway-pool-1`, 'find', '/app', '-maxdepth', '3', '-not', '-type', 'l');
    expect(files).toContain('/app/gateway/dist');
    expect(
      files.filter((file) =>
        /node_modules\/(typescript|@typescript|vitest|@biomejs)|^\/app\/\w+\/(src|test)$/.test(file),
      ),
    ).toEqual([]);
  });
});
