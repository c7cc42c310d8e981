/** How the page is opened: the URL has a token, and command lines are for everybody to read. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../src/settings.ts';

const url = 'http://127.0.0.1:3100/#token=0123456789abcdef0123456789abcdef&tour';
const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-open-'));
  mkdirSync(join(folder, '.run'));
  writeFileSync(join(folder, opener), '#!/bin/sh\necho "$@" >asked\nexit 3\n', { mode: 0o755 });
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(env: Record<string, string>): string | undefined {
  const PATH = `${folder}:/usr/bin:/bin`;
  execFileSync(join(root, 'compose/open.sh'), { cwd: folder, env: { PATH, ...env }, input: `${url}\n` });
  return existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8').trim() : undefined;
}

it("leads a desktop's browser there by a file that only its owner reads, and does not mind a failure", () => {
  const file = open({ DISPLAY: ':0' }) ?? '';
  expect(file).toMatch(/live\.html$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(`location.replace("${url}")`);
});

it('opens nothing where that is not wanted, or no desktop is', () => {
  expect(open({ DISPLAY: ':0', OPEN: '0' })).toBeUndefined();
  if (process.platform === 'linux') expect(open({})).toBeUndefined();
});
