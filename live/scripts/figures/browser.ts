/** What the page costs a reader: by a browser of its own, with all lanes under load. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { chromium, type Response } from 'playwright-core';
import { loadAll } from '../walk.ts';
import { cpuSeconds } from './processes.ts';

const USERS = 5;

export interface BrowserFigures {
  readonly firstPaintMs: number;
  /** Of all that the page loads, gzipped. */
  readonly bundleBytes: number;
  /** Of all processes of the browser. */
  readonly cpuS: number;
}

export async function browserFigures(address: string, seconds: number): Promise<BrowserFigures> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const server = await chromium.launchServer({ executablePath, args: ['--no-sandbox'] });
  try {
    const browser = await chromium.connect(server.wsEndpoint());
    const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const loaded: Response[] = [];
    tab.on('response', (response) => loaded.push(response));
    await tab.goto(address);
    await tab.locator('live-lane').first().waitFor();
    const firstPaintMs = await tab.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    // What has no end is no part of it.
    const files = loaded.filter((response) => !response.headers()['content-type']?.includes('event-stream'));
    const bodies = await Promise.all(files.map((response) => response.body()));
    const bundleBytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    await loadAll(tab, USERS, 100);
    const root = server.process().pid as number;
    const before = new Map(tree(root).map((pid) => [pid, cpuSeconds([pid])]));
    await sleep(seconds * 1000);
    // A process that ended meanwhile is not in it, one that began is from its beginning.
    const cpuS = tree(root).reduce((sum, pid) => sum + cpuSeconds([pid]) - (before.get(pid) ?? 0), 0);
    await tab.getByRole('button', { name: 'Stop: no users anywhere' }).click();
    return { firstPaintMs, bundleBytes, cpuS };
  } finally {
    await server.close();
  }
}

/** A process and all that it started. */
function tree(root: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        return [{ pid: Number(pid), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return [];
      }
    });
  const found = [root];
  for (const pid of found) found.push(...parents.filter(({ parent }) => parent === pid).map((one) => one.pid));
  return found;
}
