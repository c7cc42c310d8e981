/** What Grafana shows of a dashboard in a browser. */
import type { Page } from 'playwright-core';
import { type Dashboard, drawn } from './dashboards.ts';

/**
 * Grafana's own marks for tests, as in 10.4 to 12.3: `components.Panels.Panel` in its
 * packages/grafana-e2e-selectors/src/selectors/components.ts, set by PanelChrome, PanelStatus and LoadingBar of packages/grafana-ui.
 * A panel's header names the element around the whole panel; the words "data-testid" are a part of the mark.
 */
export const MARKS = {
  panel: (title: string) => `data-testid Panel header ${title}`,
  /** The query failed. */
  error: 'data-testid Panel status error',
  /** The answer cannot be shown, or there is none. */
  unfit: 'data-testid Panel data error message',
  /** An aria-label. */
  loading: 'Panel loading bar',
} as const;

/** Grafana's grid, with the gap; and what is above it. */
const [ROW_PX, HEAD_PX] = [38, 400];
const LIMIT_MS = 30_000;

/**
 * Opens `address` and waits until all panels have their answers; resolves to those of `dashboard` that are not there or
 * show an error, with what it says. Rejects when they still load after 30 s.
 */
export async function brokenPanels(page: Page, address: string, dashboard: Dashboard): Promise<string[]> {
  // All of it in view, for what is not in view is not drawn.
  const rows = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  await page.setViewportSize({ width: 1600, height: HEAD_PX + rows * ROW_PX });
  page.setDefaultTimeout(LIMIT_MS);
  // Idle: no query under way. Between mounting and asking a panel has no mark of its own.
  await page.goto(address, { waitUntil: 'networkidle' });
  await page.waitForFunction((label) => !document.querySelector(`[aria-label="${label}"]`), MARKS.loading);
  const broken = await Promise.all(drawn(dashboard).map(({ title }) => complaintOf(page, title)));
  return broken.flat();
}

async function complaintOf(page: Page, title: string): Promise<string[]> {
  const panel = page.getByTestId(MARKS.panel(title));
  if ((await panel.count()) === 0) return [`${title}: is not there`];
  const marks = panel.getByTestId(MARKS.error).or(panel.getByTestId(MARKS.unfit));
  const said = await marks.evaluateAll((elements) =>
    elements.map((element) => element.textContent || element.getAttribute('aria-label') || ''),
  );
  return said.map((text) => `${title}: ${text || 'an error'}`);
}
