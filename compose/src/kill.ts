/** `make kill`: a process dies, and each step of its return is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { find, order } from './one-service.ts';
import { askQueue } from './queue.ts';
import type { Settings } from './settings.ts';

const BACK_LIMIT_MS = 30_000;
const POLL_MS = 10;

/** Resolves to 0 when SERVICE is well again and goes on with what it held, to 1 if it does not come to that. */
export async function kill(settings: Settings, signal: AbortSignal): Promise<number> {
  const held = settings.SERVICE?.startsWith('rust-worker') ? await askQueue('held') : undefined;
  const time = new Date().toISOString();
  const code = await watchReturn(await order('kill', settings), signal);
  if (code === 0 && held !== undefined) console.log(await askQueue('again', time, ...held.split(' ').filter(Boolean)));
  return code;
}

async function watchReturn({ name, restarts }: { name: string; restarts: number }, signal: AbortSignal) {
  const killedAt = performance.now();
  const since = () => `${((performance.now() - killedAt) / 1000).toFixed(2)} s`;
  let runs = false;
  while (!signal.aborted && performance.now() - killedAt < BACK_LIMIT_MS) {
    const now = await find(name);
    if (!runs && now?.pid && now.restarts > restarts) {
      runs = true;
      console.log(`${name} runs again after ${since()} (process ${now.pid})`);
    }
    if (runs && now?.state === 'healthy') {
      console.log(`${name} is healthy after ${since()}`);
      return 0;
    }
    await sleep(POLL_MS);
  }
  console.log(`${name} did not come back by itself: was it a signal that it survives?`);
  return 1;
}
