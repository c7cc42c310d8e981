import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeRound, readChaos, renderChaos, saveChaos } from '../../src/chaos/report.ts';
import { cell, chaosResult, counts, latencyMs, round } from './support.ts';

it('reads back what it saved, and its text is that of the terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heavy-lifter-chaos-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const result = chaosResult([cell()]);
  const saved = saveChaos(result, folder);
  expect(readChaos(saved)).toEqual(result);
  expect(readFileSync(join(saved, 'report.md'), 'utf8')).toBe(`${renderChaos([result])}\n`);
});

it('begins with the verdict', () => {
  expect(renderChaos([chaosResult([cell()])])).toMatch(/^Every promise was kept\.\n/);
  const lost = cell({ counts: counts({ sent: 1, acknowledged: 1, lost: 1 }), broken: ['1 acknowledged job(s) lost'] });
  expect(renderChaos([chaosResult([cell(), lost])])).toMatch(
    /^Promises were broken\.\n- queue, rust-worker KILL: 1 acknowledged job\(s\) lost\n/,
  );
});

it('shows p50 and the maximum of each time, and a dash for what did not happen', () => {
  const slow = round({ ms: { ...round().ms, ready: 900, firstError: null } });
  const quiet = round({ ms: { ...round().ms, firstError: null } });
  const text = renderChaos([chaosResult([cell({ rounds: [quiet, quiet, slow] })])]);
  const recovery = text.slice(text.indexOf('## Recovery')).split('\n');
  expect(recovery.find((line) => line.includes('KILL'))).toMatch(/\| +- \|.*\| +300 \/ 900 \|/);
});

it('says why requests had no answer', () => {
  const killed = cell({ target: 'gateway', reasons: { UND_ERR_SOCKET: 1_234 } });
  expect(renderChaos([chaosResult([cell(), killed], 'pool')])).toContain(
    '## Why requests failed or had no answer\n\n- pool, gateway KILL: 1,234 UND_ERR_SOCKET\n',
  );
});

it('puts the modes of one comparison into one table', () => {
  const pool = chaosResult([cell({ target: 'gateway' })], 'pool');
  const text = renderChaos([pool, chaosResult([cell()])]);
  expect(text).toMatch(/\| pool +\| gateway KILL/);
  expect(text).toMatch(/\| queue +\| rust-worker KILL/);
});

it('has a section on floods only where there was one', () => {
  expect(renderChaos([chaosResult([cell()])])).not.toContain('## Overload');
  const overload = {
    asked: 60_000,
    served: 6_000,
    refused: 54_000,
    skipped: 0,
    refusedMs: latencyMs,
    peakRssBytes: 2 ** 28,
  };
  const flood = cell({ target: 'gateway', fault: 'OVERLOAD', rounds: [round({ overload })] });
  const text = renderChaos([chaosResult([flood])]);
  expect(text).toContain('## Overload');
  expect(text).toMatch(/\| queue +\| +60,000 \| +6,000 \| +54,000 \|/);
});

it('says in one line what a round did', () => {
  const cut = round({ recovered: false, inHand: { requests: 100, notServed: 2 } });
  expect(describeRound(cut)).toMatch(/^first error 0\.01 s, .*2 of 100 in flight not served, NO RECOVERY$/);
});
