/** `make live` and `make tour`: lanes side by side and the page that drives them, until somebody ends it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { running, shutDown } from './control.ts';
import { root, type Settings } from './settings.ts';
import { ensureUp } from './up.ts';

const LOOK_MS = 500;

/** `chapter`: what the page begins with. Resolves to 0 when everything is down, or when another stack is up instead. */
export async function runLive(settings: Settings, signal: AbortSignal, chapter: '' | '&tour'): Promise<number> {
  await ensureUp(settings, signal);
  // Behind `#`, as that is never sent.
  const url = `http://127.0.0.1:${settings.LIVE_PORT}/#token=${settings.LIVE_TOKEN}${chapter}`;
  console.log(url);
  openPage(url);
  while (!signal.aborted && (await isUp(settings))) await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) await shutDown();
  return 0;
}

async function isUp({ LIVE_TOKEN }: Settings): Promise<boolean> {
  return (await running())?.services.some(({ env }) => env.TOKEN === LIVE_TOKEN) ?? false;
}

/** On a desktop. Nothing depends on it. */
function openPage(url: string): void {
  const opener = spawn(join(root, 'compose/open.sh'), {
    cwd: root,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  for (const one of [opener, opener.stdin]) one.on('error', () => {});
  opener.stdin.end(url);
  opener.unref();
}
