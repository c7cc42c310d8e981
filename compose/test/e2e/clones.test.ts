/** A clone where others have theirs: in a folder of any name, far down, under umask 077, in a shell with settings of its own. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { root } from '../../src/settings.ts';
import { docker, gatewayUrl, inspect, make, ports, project, runtime } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-clones-'));
/** Beyond the length that a socket's path may have. */
const clone = join(folder, 'far down '.repeat(12).trim(), 'heavy lifter ü');
const bin = join(folder, 'bin');
const made = (target: string, variables: Record<string, string> = {}) =>
  make(target, { ...shell, ...variables }, clone);
/** What is set in the shells of some. */
const shell = {
  CDPATH: `${root}:${folder}`,
  GREP_OPTIONS: '--color=always',
  LANG: 'tr_TR.UTF-8',
  PATH: `${bin}:${process.env.PATH}`,
  ...(runtime === 'local' ? { HTTP_PROXY: 'http://127.0.0.1:9', NODE_USE_ENV_PROXY: '1' } : {}),
};

beforeAll(() => {
  mkdirSync(clone, { recursive: true });
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of files.toString().split('\0').filter(Boolean)) {
    // Some may be deleted and not yet committed so.
    if (existsSync(join(root, file))) cpSync(join(root, file), join(clone, file), { preserveTimestamps: true });
  }
  mkdirSync(bin);
  if (runtime === 'local') linkArtefacts();
  execFileSync('chmod', ['-R', 'go-rwx', clone]);
});
afterAll(async () => {
  await made('down');
  rmSync(folder, { recursive: true });
});

/** What is built or installed already, so that it takes no minutes: there is nothing left for cargo to do. */
function linkArtefacts(): void {
  const modules = readdirSync(join(root, 'node_modules')).filter((name) => name !== '@heavy-lifter');
  const dist = ['gateway', 'loadgen', 'compose', 'grafana'].map((name) => join(name, 'dist'));
  mkdirSync(join(clone, 'node_modules/@heavy-lifter'), { recursive: true });
  for (const name of ['target', '.tools', ...modules.map((name) => join('node_modules', name))])
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(clone, name));
  for (const name of readdirSync(join(root, 'node_modules/@heavy-lifter'))) {
    const link = join('node_modules/@heavy-lifter', name);
    symlinkSync(readlinkSync(join(root, link)), join(clone, link));
  }
  for (const name of dist.filter((name) => existsSync(join(root, name))))
    cpSync(join(root, name), join(clone, name), { recursive: true, preserveTimestamps: true });
  writeFileSync(join(bin, 'cargo'), '#!/bin/sh\n', { mode: 0o755 });
}

it('serves a queue, and leaves', async () => {
  const up = await made('up', { MODE: 'queue', OBSERVABILITY: runtime === 'docker' ? 'on' : 'off' });
  expect(up.code, up.output).toBe(0);
  const answer = await askAgain(`${gatewayUrl}/blocking?ops=1000`, { prefer: 'wait=20' });
  expect(answer).toMatchObject({ mode: 'queue', count: 1000 });
  expect((await made('logs', { SERVICE: 'rust-worker' })).output).toContain('"service":"rust-worker"');
  if (runtime === 'docker') await readsWhatIsMounted();
  expect((await made('down')).output).toContain('everything is down');
});

/** Who cannot read its configuration ends, and is started again and again. */
async function readsWhatIsMounted(): Promise<void> {
  const ready = async (address: string) => (await fetch(address).catch(() => undefined))?.ok === true;
  await waitFor('Prometheus', () => ready(`http://127.0.0.1:${ports.PROMETHEUS_PORT}/-/ready`));
  const ids = docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${project}`);
  const restarts = inspect<{ Name: string; RestartCount: number }>(...ids);
  expect(restarts.filter(({ RestartCount }) => RestartCount > 0)).toEqual([]);
}
