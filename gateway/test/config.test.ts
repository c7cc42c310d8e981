import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { modeNames } from '../src/mode-names.ts';

describe('settings', () => {
  it('have defaults for everything but the mode', () => {
    const read = readConfig({ MODE: 'pool' });
    expect(read).toMatchObject({ config: { PORT: 3000, ADMIN_PORT: 9464, MAX_QUEUE: 400, MAX_WAITING: 500_000 } });
  });

  it('name every problem at once', () => {
    const read = readConfig({ MODE: 'fast', PORT: '70000', MAX_QUEUE: 'many', REDIS_URL: 'http://x', THREADS: '0' });
    expect(read).toEqual({
      problems: [
        expect.stringMatching(/^MODE: must be one of .*pool/),
        expect.stringMatching(/^PORT: must be a whole number/),
        expect.stringMatching(/^THREADS:/),
        expect.stringMatching(/^REDIS_URL: must be a URL such as/),
        expect.stringMatching(/^MAX_QUEUE:/),
      ],
    });
  });

  it('end the program with 1 and a line for each problem', () => {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const env = { PATH: process.env.PATH, MODE: '', PORT: '-1', MAX_WAITING: '1.5' };
    const { status, stderr } = spawnSync(process.execPath, [main], { env, encoding: 'utf8' });
    expect(status).toBe(1);
    for (const name of ['MODE', 'PORT', 'MAX_WAITING']) expect(stderr).toContain(`  ${name}: `);
    expect(stderr).not.toContain('    at ');
  });

  it('know every file in modes/', () => {
    expect(modeNames).toEqual(expect.arrayContaining(['inline', 'microservice', 'pool', 'queue', 'unpooled']));
  });
});
