import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the condition holds; fails with `what` after `limitMs`. An error of the condition ends it at once. */
export async function waitFor(what: string, condition: () => Promise<boolean> | boolean, limitMs = 20_000) {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await sleep(20);
  }
}
