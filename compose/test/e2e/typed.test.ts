/** What somebody types is data: no shell, make's own included, runs any of it. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, afterEach, expect, it } from 'vitest';
import { root } from '../../src/settings.ts';
import { keepUp, make, runtime } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-typed-'));
const marker = join(folder, 'ran');
/** A command however it is quoted, and on a line of its own. */
const touch = `touch ${marker}`;
const hostile = `x;${touch};$(${touch})$(shell ${touch})\n${touch}\n';${touch};'";${touch};"`;

/** Every variable that a user may set, by the lists that the project has of them. */
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const names = new Set([
  ...[...read('Makefile').matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name]) => name as string),
  ...Object.keys(parseEnv(read('compose/services.env'))),
  ...(/^plan_settings='(.*?)'.*^generator_settings='(.*?)'/ms.exec(read('compose/docker/engine.sh')) ?? [])
    .slice(1)
    .flatMap((list) => list.split(/\s+/)),
]);

keepUp({ MODE: 'pool' });
afterEach(() => expect(existsSync(marker)).toBe(false));
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ['logs', 'SERVICE', /^SERVICE must be one of .*gateway-pool/m],
  ['kill', 'SERVICE', /^SERVICE must be one of .*gateway-pool/m],
  ['start', 'SERVICE', /^SERVICE must be one of .*gateway-pool/m],
  ['stop', 'SERVICE', /^SERVICE must be one of .*gateway-pool/m],
  ['status', 'MODE', /^MODE must be one of/m],
  ['status', 'RUNTIME', /^RUNTIME must be one of/m],
  ['scoreboard', 'MODES', /^MODES must be some of/m],
])('make %s %s=', async (verb, name, line) => {
  const { code, output } = await make(verb, { [name]: hostile });
  expect(code).not.toBe(0);
  expect(output).toMatch(line);
});

it('make kill SIGNAL=', async () => {
  const { code, output } = await make('kill', { SERVICE: 'gateway-pool', SIGNAL: hostile });
  expect(code).not.toBe(0);
  expect(output).toMatch(/^SIGNAL must be a signal such as KILL or TERM/m);
});

it('make logs FOLLOW=, which is on or off', async () => {
  // Follows what is refused: it would stay.
  expect((await make('logs', { SERVICE: 'gateway-poo', FOLLOW: hostile })).output).toContain('SERVICE must be one of');
});

it('make compare-runs A= B=, and where results are', async () => {
  const { code } = await make('compare-runs', { A: hostile, B: hostile, RESULTS_DIR: `${folder}/${hostile}` });
  expect(code).not.toBe(0);
});

it('make up with every setting at once', async () => {
  const kept = ['MODE', 'RUNTIME', 'OBSERVABILITY', 'RESULTS_DIR'];
  const settings = [...names].filter((name) => name && !kept.includes(name));
  expect(settings.length).toBeGreaterThan(60);
  const { code, output } = await make('up', {
    MODE: 'pool',
    ...Object.fromEntries(settings.map((name) => [name, hostile])),
  });
  expect(code, output).not.toBe(0);
  expect(output).toContain('PORT must be a port');
});

it.runIf(runtime === 'docker')('what a start wrote down of the settings is read, not run', async () => {
  appendFileSync(join(root, '.run/compose.env'), `LOG_LEVEL=info;${touch};$(${touch})\n${touch}\n`);
  expect((await make('status')).code).toBe(0);
});
