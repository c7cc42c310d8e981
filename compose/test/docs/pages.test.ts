/** Pages that can be read in a sitting, and links that lead somewhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../src/settings.ts';
import { contributing, manual } from './pages.ts';

const MAX_LINES = 150;
const MAX_CELL = 120;
const pages = [...manual, contributing];
const anchorsOf = new Map(pages.map(({ path, anchors }) => [path, anchors]));

describe.each(pages)('$path', ({ path, lines, links, cells, spans }) => {
  it('is short, and so are the cells of its tables', () => {
    expect(lines).toBeLessThanOrEqual(MAX_LINES);
    expect(cells.filter((cell) => cell.length > MAX_CELL)).toEqual([]);
  });

  it('has no dead link', () => {
    const dead = links.filter((link) => {
      if (/^https:\/\//.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file ? normalize(join(dirname(path), decodeURI(file))) : path;
      if (target.startsWith('..') || !existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf.get(target)?.includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('names no file that is not there', () => {
    const named = spans.filter((span) => /^[\w.-]+(\/[\w.-]+)+\.(ts|rs|json|yaml|sh|md|html|env)$/.test(span));
    expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('CONTRIBUTING.md has every folder of the project in its layout', () => {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n');
  const folders = files.filter((file) => /^[a-z].*\//.test(file)).map((file) => file.slice(0, file.indexOf('/') + 1));
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  expect([...new Set(folders)].filter((folder) => !text.includes(`\n    ${folder} `))).toEqual([]);
});

it('every page is linked from the README', () => {
  const [readme, ...others] = manual;
  for (const { path } of others) expect(readme?.links.map((link) => link.split('#')[0])).toContain(path);
});

it('the README has a picture in its first screen, and two commands soon after', () => {
  const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n');
  expect(lines.slice(0, 10).join('\n')).toMatch(/^!\[.+\]\(.+\)$/m);
  expect(lines.slice(0, 40).filter((line) => line.startsWith('make ')).length).toBeGreaterThanOrEqual(2);
});
