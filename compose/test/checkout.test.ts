/** A checkout need not look like ours: rules that keep it working wherever and however it was made. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../src/settings.ts';

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const tracked = (pattern: string) => git('ls-files', '-z', pattern).split('\0').filter(Boolean);

it('no path is taken from a URL as it is written there, where a space is %20', () => {
  // Of a request it may be: `const { pathname } = new URL(...)`.
  const breaches = tracked('*.ts').filter((file) => /[.]pathname\b/.test(readFileSync(join(root, file), 'utf8')));
  expect(breaches).toEqual([]);
});

it('a clone by a git that writes CRLF has no line that ends so', () => {
  const clone = mkdtempSync(join(tmpdir(), 'heavy-lifter-crlf-'));
  onTestFinished(() => rmSync(clone, { recursive: true }));
  git('-c', 'core.autocrlf=true', 'clone', '--quiet', root, clone);
  const endings = git('-C', clone, 'ls-files', '--eol').trim().split('\n');
  expect(endings.length).toBeGreaterThan(300);
  expect(endings.filter((line) => !/w\/(lf|none|-text)\s/.test(line))).toEqual([]);
});
