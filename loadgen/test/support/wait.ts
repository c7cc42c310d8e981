import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the condition holds; fails with `what` after 50 s. */
export async function waitFor(what: string, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 50_000; !condition(); await sleep(20))
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
}
