/** A command in a page that no test runs is a claim: make's are held against the end-to-end tests, curl's run in one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modeNames } from '../../../gateway/src/mode-names.ts';
import { root } from '../../src/settings.ts';
import { runs } from './commands.ts';
import { manual } from './pages.ts';

const makefile = readFileSync(join(root, 'Makefile'), 'utf8');
const settings = makefile + readFileSync(join(root, 'compose/services.env'), 'utf8');
const testFile = (file: string) =>
  ['', '.test'].map((suffix) => join(root, `compose/test/e2e/${file}${suffix}.ts`)).find(existsSync);

const anyMode = (command: string) =>
  command.replace(new RegExp(`\\bMODE=(?:${modeNames.join('|')})\\b`), 'MODE=<mode>');
const documented = manual.flatMap(({ path, commands }) => commands.map((command) => ({ path, command })));
const ofMake = documented.filter(({ command }) => command.startsWith('make '));
const names = (command: string) => [...command.matchAll(/\b([A-Z_]+)=/g)].map(([, name = '']) => name);

it('there are commands of make and of curl, one a line, and no others', () => {
  expect(documented.filter(({ command }) => !/^(make|curl) /.test(command) || / (&&|;|\|\|?) /.test(command))).toEqual(
    [],
  );
  expect(ofMake.length).toBeGreaterThan(20);
});

it.each(ofMake)('$command ($path) is run by an end-to-end test', ({ command }) => {
  expect(Object.keys(runs)).toContain(anyMode(command));
});

describe.each(Object.entries(runs))('%s', (command, [file, ...said]) => {
  it('is in the manual', () => {
    expect(ofMake.map(({ command }) => anyMode(command))).toContain(command);
  });

  it('is what that test runs', () => {
    const path = testFile(file) ?? '';
    const text = readFileSync(path, 'utf8');
    expect(said.filter((part) => !text.includes(part))).toEqual([]);
    const verb = command.split(' ')[1] ?? '';
    expect(said.join(' ')).toMatch(new RegExp(`'${verb}'|\\b${verb}\\w*\\(${verb === 'up' ? '|keepUp\\(' : ''}`));
    for (const name of names(command)) expect(said.join(' ')).toContain(name);
  });
});

it.each(manual)('what $path says in passing of make exists there', ({ spans }) => {
  for (const span of spans) {
    const [, verb, rest = ''] = /^make ([a-z-]+)(.*)$/.exec(span) ?? [];
    if (verb) expect(makefile).toMatch(new RegExp(`^${verb}:.*##`, 'm'));
    for (const name of names(verb ? rest : '')) expect(settings).toMatch(new RegExp(`\\b${name}=`));
  }
});

it('no recipe reads a script into the shell of make, which need not be the one that it is written for', () => {
  const recipes = makefile.match(/^\t.*/gm) ?? [];
  expect(recipes.length).toBeGreaterThan(5);
  expect(recipes.filter((line) => /(?:^\t@?|[&;|]\s*)(?:\.|source)\s/.test(line))).toEqual([]);
});

it("every one of make's verbs is in a page", () => {
  const verbs = [...makefile.matchAll(/^([a-z-]+):.*##/gm)].map(([, verb]) => verb);
  const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const said = [...manual.flatMap(({ commands, spans }) => [...commands, ...spans]), contributing].join('\n');
  expect(verbs.length).toBeGreaterThan(20);
  expect(verbs.filter((verb) => !new RegExp(`make ${verb}(?![a-z-])`).test(said))).toEqual([]);
});
