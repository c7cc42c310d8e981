/** What containers leave behind: only under RUNTIME=docker, and last, because it takes the images, too. */
import { expect, it } from 'vitest';
import { docker, keepUp, make, project } from './support.ts';

keepUp({ MODE: 'queue', OBSERVABILITY: 'on' });

it('down leaves no container, network, port or nameless volume; clean also takes images and data', async () => {
  const left = (kind: string, ...args: string[]) =>
    docker(kind, 'ls', ...args, '-q', '--filter', `label=com.docker.compose.project=${project}`);
  const nameless = () => docker('volume', 'ls', '-q').filter((name) => /^[0-9a-f]{64}$/.test(name)).length;
  const before = nameless();
  expect((await make('down')).code).toBe(0);
  expect(left('container', '-a')).toEqual([]);
  expect(left('network')).toEqual([]);
  expect(nameless()).toBe(before);
  expect(left('volume').sort()).toEqual([`${project}_prometheus`, `${project}_redis`]);
  expect((await make('clean')).code).toBe(0);
  expect(left('volume')).toEqual([]);
  expect(left('image')).toEqual([]);
});
