/** The program itself, as whoever starts it sees it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TOKEN } from './support/live.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const RIGHT = { TOKEN, LANES: 'pool=http://127.0.0.1:3002', CONTROL_SOCKET: '/tmp/control.sock', REDIS_URL: '' };

function run(env: Record<string, string>, ...words: string[]) {
  const given = { PATH: process.env.PATH, ...env };
  return spawnSync(process.execPath, ['--conditions=source', main, ...words], {
    env: given,
    encoding: 'utf8',
    timeout: 50_000,
  });
}

describe('--check', () => {
  it.each<[Record<string, string>, RegExp]>([
    [{ TOKEN: 'short' }, /^TOKEN: must be 32 to 128 letters/],
    [{ TOKEN: '' }, /^TOKEN: is needed/],
    [{ LANES: '' }, /^LANES: /],
    [{ LANES: 'queue=http://127.0.0.1:3004' }, /^REDIS_URL: needed for the lane queue$/],
    [{ LANES: 'pool=http://a:1,pool=http://b:1' }, /^LANES: a lane is named twice$/],
    [{ PORT: 'x', SOLO: 'yes' }, /^PORT: .*\nSOLO: must be on or off$/],
    [{ RUNTIME: 'docker' }, /^OPERATOR_URL: needed where RUNTIME is docker$/],
    [{ CONTROL_SOCKET: '' }, /^CONTROL_SOCKET: needed where RUNTIME is local$/],
  ])('of %j', (env, problems) => {
    const { status, stdout, stderr } = run({ ...RIGHT, ...env }, '--check');
    expect(stderr.trim()).toMatch(problems);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).not.toContain(TOKEN);
  });

  it('says nothing of settings that are right, and starts nothing', () => {
    const { status, stdout, stderr } = run(RIGHT, '--check');
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });
});

it('--healthcheck of a server that is not there fails', () => {
  expect(run({ PORT: '1' }, '--healthcheck').status).toBe(1);
});
