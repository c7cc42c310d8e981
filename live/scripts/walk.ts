/** Ways through the page by what its controls are called, as a reader with a keyboard or a screen reader finds them. */
import type { Page } from 'playwright-core';

/** A chapter waits until promises are kept, which takes as long as the machine needs. */
const CHAPTER_MS = 420_000;

/** Guesses, presses the one button and goes on, to the end of the tour. @returns what each chapter told */
export async function takeTour(tab: Page): Promise<string[][]> {
  const tour = tab.getByRole('region', { name: 'The tour' });
  const next = tour.getByRole('button', { name: 'Next chapter' });
  const told: string[][] = [];
  for (;;) {
    await tour.getByRole('radio').first().check();
    await tour.getByRole('button', { name: /^Put / }).click();
    await tour.getByText(/^Read: /).waitFor({ timeout: CHAPTER_MS });
    told.push(await tour.getByRole('status').locator('p').allInnerTexts());
    if (!(await next.isVisible())) return told;
    await next.click();
    // The next chapter is there when this button is not.
    await next.waitFor({ state: 'hidden' });
  }
}

/** Users on every lane, and with them the kill of a service: what one comes for. */
export async function loadAll(tab: Page, users: number, taskMs: 20 | 100) {
  await tab.getByRole('radio', { name: `${taskMs} ms`, exact: true }).check();
  const solo = tab.getByRole('checkbox', { name: 'solo' });
  if (await solo.isChecked()) await solo.uncheck();
  await tab.getByLabel('Users of every lane').fill(String(users));
}

export async function kill(tab: Page, service: string) {
  await tab.getByRole('button', { name: `Kill ${service}`, exact: true }).click();
  await tab.getByRole('log').getByText(`make kill SERVICE=${service}`).first().waitFor();
}

/** What the menu of a service's box offers. */
export async function order(tab: Page, service: string, verb: string) {
  await tab.getByRole('button', { name: new RegExp(`^${service} `) }).click();
  await tab.getByRole('dialog').getByRole('button', { name: verb, exact: true }).click();
}

/** The file that replays this visit. */
export async function save(tab: Page, file: string) {
  const download = tab.waitForEvent('download');
  await tab.getByRole('button', { name: 'Save recording' }).click();
  await (await download).saveAs(file);
}
