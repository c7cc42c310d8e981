/** A checkout need not look like ours: rules that keep it working wherever and however it was made. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

it('a mode whose file was removed is none any more, whatever was compiled of it', () => {
  const checkout = mkdtempSync(join(tmpdir(), 'heavy-lifter-modes-'));
  onTestFinished(() => rmSync(checkout, { recursive: true }));
  cpSync(join(root, 'compose/tools.sh'), join(checkout, 'compose/tools.sh'));
  const [source, built] = ['gateway/src/modes', 'gateway/dist/modes'].map((path) => join(checkout, path)) as [
    string,
    string,
  ];
  for (const folder of [source, built]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(source, 'kept.ts'), '');
  for (const name of ['kept.js', 'kept.d.ts', 'gone.js', 'gone.js.map', 'gone.d.ts'])
    writeFileSync(join(built, name), '');
  execFileSync('bash', ['-c', '. compose/tools.sh; forget_removed_modes'], { cwd: checkout });
  expect(readdirSync(built).sort()).toEqual(['kept.d.ts', 'kept.js']);
});
