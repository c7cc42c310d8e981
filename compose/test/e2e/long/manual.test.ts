/** What the manual says to type that takes minutes: every cell of a queue's faults, and a scoreboard under its whole load. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitFor } from '../../../../gateway/test/support/wait.ts';
import { Result } from '../../../../loadgen/src/bench/result.ts';
import { chaos } from '../promises.ts';
import { begin, make, openPorts } from '../support.ts';

it('a scoreboard has a row for each mode under the same load, and leaves nothing that runs', async () => {
  const RESULTS_DIR = mkdtempSync(join(tmpdir(), 'heavy-lifter-scoreboard-'));
  const { code, output } = await make('scoreboard', { MODES: 'inline,microservice-js,queue', RESULTS_DIR });
  expect(code, output).toBe(0);
  const [folder = ''] = readdirSync(RESULTS_DIR).filter((name) => name.endsWith('-scoreboard'));
  const { runs } = JSON.parse(readFileSync(join(RESULTS_DIR, folder, 'scoreboard.json'), 'utf8'));
  const results = Result.array().parse(runs);
  expect(results.map(({ mode }) => mode)).toEqual(['inline', 'microservice', 'queue']);
  for (const { request } of results)
    expect(request).toMatchObject({ connections: 100, durationS: 10, ops: 20_000_000, chunks: 8, rate: null });
  expect(output).toContain('| microservice (js) ');
  expect(output).toContain(readFileSync(join(RESULTS_DIR, folder, 'report.md'), 'utf8').trim());
  expect(await openPorts()).toEqual([]);
  rmSync(RESULTS_DIR, { recursive: true });
}, 400_000);

async function expectKept(variables: Record<string, string>) {
  const { result } = await chaos(variables);
  for (const { counts } of result.cells) expect(counts).toMatchObject({ lost: 0, failed: 0 });
  return result.cells.map(({ target, fault }) => `${target} ${fault}`);
}

it('a queue keeps every promise through each of its faults', async () => {
  const cells = await expectKept({ MODE: 'queue' });
  const both = ['gateway', 'rust-worker', 'redis'].flatMap((target) => [`${target} TERM`, `${target} KILL`]);
  expect(cells.sort()).toEqual(both.sort());
}, 600_000);

it('and through a worker that stands still', async () => {
  const cells = await expectKept({ MODE: 'queue', TARGET: 'rust-worker', FAULT: 'PAUSE' });
  expect(cells).toEqual(['rust-worker PAUSE']);
}, 400_000);

it('a tour says where it begins, and leaves nothing after Ctrl-C', async () => {
  const tour = begin('tour', { MODE: 'inline', OPEN: '0' });
  await waitFor('its address', () => /#token=[\w-]+&tour$/m.test(tour.output()), 300_000);
  tour.interrupt();
  await tour.ended;
  expect(await openPorts()).toEqual([]);
}, 400_000);
