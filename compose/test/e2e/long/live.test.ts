/** make live as a speaker has it: a page, five architectures under load, kills, and an account that can be believed. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { waitFor } from '../../../../gateway/test/support/wait.ts';
import { kill, loadAll, order, save, takeTour } from '../../../../live/scripts/walk.ts';
import { browserTest } from '../../../../loadgen/test/support/browser.ts';
import { begin, openPorts } from '../support.ts';

const LANES = ['inline', 'unpooled', 'pool', 'microservice', 'queue'];
const START_MS = 300_000;
const WALK_MS = 900_000;

let made: ReturnType<typeof begin> | undefined;

/** Starts make live, unless it runs, and resolves to the address that it prints. */
async function started(): Promise<string> {
  made ??= begin('live', { OPEN: '0', SOLO: 'off' });
  const { output } = made;
  const address = () => /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(output())?.[0];
  await waitFor('the address of the page', () => address() !== undefined, START_MS);
  return address() ?? '';
}

afterAll(async () => {
  made?.interrupt();
  await made?.ended;
  expect(await openPorts()).toEqual([]);
});

const lane = (tab: Page, name: string) => tab.getByRole('region', { name, exact: true });

describe('make live', () => {
  browserTest(
    'shows the faults of every service over every lane, and loses no promise',
    { timeout: WALK_MS },
    async ({ open }) => {
      const { page: tab, errors } = await open({ viewport: { width: 1280, height: 900 } });
      await tab.goto(await started());
      for (const name of LANES) await lane(tab, name).waitFor();
      await loadAll(tab, 50, 20);
      for (const name of LANES) await lane(tab, name).getByText('50 users').waitFor();
      await tab.locator('live-lane[data-verdict=frozen]', { hasText: 'inline' }).first().waitFor();
      await kill(tab, 'rust-worker');
      await kill(tab, 'gateway-queue');
      // A fault of one lane stands over the charts of all.
      for (const name of LANES)
        await lane(tab, name).locator('live-strip .mark').first().waitFor({ state: 'attached' });
      await lane(tab, 'queue').locator('.hole, .tick.failed[d]').first().waitFor({ state: 'attached' });
      await order(tab, 'redis', 'Pause');
      await lane(tab, 'queue').locator('[data-service=redis][data-state=paused]').waitFor();
      await order(tab, 'redis', 'Resume');
      for (const service of ['gateway-queue', 'redis', 'rust-worker'])
        await lane(tab, 'queue')
          .locator(`[data-service=${service}][data-state=running]`)
          .waitFor({ timeout: START_MS });
      await tab.getByRole('button', { name: 'Stop: no users anywhere' }).click();
      const account = lane(tab, 'queue').locator('live-account');
      await account.getByText(/\b0\snot yet/).waitFor({ timeout: START_MS });
      await account.getByText('0 lost', { exact: true }).waitFor({ timeout: START_MS });
      for (const name of LANES) expect(await lane(tab, name).locator('[data-wrong]').count(), name).toBe(0);
      expect(errors).toEqual([]);
    },
  );

  browserTest(
    'takes a visitor through the tour, and keeps the visit as a file',
    { timeout: WALK_MS },
    async ({ open }) => {
      const { page: tab, errors } = await open({ viewport: { width: 1280, height: 900 } });
      await tab.goto(`${await started()}&tour`);
      const told = await takeTour(tab);
      expect(told).toHaveLength(LANES.length);
      expect(told[0]?.join(' ')).toMatch(/heartbeats were holes/);
      expect(told.at(-1)?.join(' ')).toMatch(/ 0 not yet \+ 0 lost/);
      const file = join(await mkdtemp(join(tmpdir(), 'heavy-lifter-live-')), 'recording.html');
      await save(tab, file);
      expect(await readFile(file, 'utf8')).not.toMatch(/token=[\w-]{32}/);
      const replay = await open({ offline: true });
      await replay.page.goto(`file://${file}`);
      await replay.page.getByRole('button', { name: 'Pause' }).click();
      await replay.page.getByLabel('Position').press('End');
      await replay.page.getByRole('log').getByText('make kill SERVICE=rust-worker').first().waitFor();
      expect([...errors, ...replay.errors]).toEqual([]);
    },
  );
});
