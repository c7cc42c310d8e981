/** Headless Chromium, for what only a browser can tell: the one on PATH, as nothing is downloaded for tests. */
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { test } from 'vitest';
import { pathOf } from '../../../compose/src/tools.ts';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];
const program = PROGRAMS.map(pathOf).find(Boolean);
const missing = `none of ${PROGRAMS.join(', ')} is on PATH`;
if (!program && !process.env.CI) console.warn(`browser tests are left out: ${missing}`);

/** It speaks to nobody but the page. Playwright adds `--headless`, a profile folder of its own and more of the kind. */
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export interface Opened {
  readonly page: Page;
  /** What the console says in error or warning, and what no script caught. */
  readonly errors: readonly string[];
  /** Every address that was asked for, also in vain. */
  readonly requests: readonly string[];
}

/** A test that may open pages. Left out where there is no Chromium, but not in CI, where that would hide a defect. */
export const browserTest = test.extend<{ open: (options?: BrowserContextOptions) => Promise<Opened> }>({
  open: async ({ skip }, use) => {
    skip(!program && !process.env.CI, missing);
    if (!program) throw new Error(missing);
    const browser = await chromium.launch({ executablePath: program, args: FLAGS });
    await use(async (options = {}) => watched(await browser.newPage(options)));
    await browser.close();
  },
});

function watched(page: Page): Opened {
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  return { page, errors, requests };
}
