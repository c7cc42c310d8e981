/**
 * What the page costs, and how soon it shows what happens. Of a running `make live RUNTIME=local` that nobody looks at:
 *
 *     node live/scripts/figures.ts 'http://127.0.0.1:3100/#token=...' .run/control
 *
 * The second is the runner's control socket, which tells whose CPU is to be read; SECONDS= for how long each time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { browserFigures } from './figures/browser.ts';
import { blockedToHole, commandToMark } from './figures/latency.ts';
import { cpuSeconds, processes, rssBytes } from './figures/processes.ts';
import { Viewer } from './figures/viewer.ts';

const SECONDS = Number(process.env.SECONDS ?? 60);
const PAGES = 100;
const { positionals } = parseArgs({ allowPositionals: true });
const [address = '', socket = '.run/control'] = positionals;
const { origin, hash } = new URL(address);
const target = { origin, token: hash.replace('#token=', '') };

const { live, others } = await processes(socket);
const percent = (seconds: number) => `${((seconds / SECONDS) * 100).toFixed(2)} % of a core`;
const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

async function cpuOver(): Promise<{ live: number; others: number }> {
  const before = { live: cpuSeconds([live]), others: cpuSeconds(others) };
  await sleep(SECONDS * 1000);
  return { live: cpuSeconds([live]) - before.live, others: cpuSeconds(others) - before.others };
}

const unwatched = await cpuOver();
console.log(`nobody looks: live ${percent(unwatched.live)}, all services ${percent(unwatched.others)}`);

const viewer = await Viewer.open(target);
await viewer.quiet();
// Until hearts beat seldom again.
await sleep(11_000);
const seen = viewer.snapshots;
const watched = await cpuOver();
const snapshots = viewer.snapshots - seen;
console.log(`one page, no load: live ${percent(watched.live)}, all services ${percent(watched.others)}`);
console.log(`services because of the page: ${percent(watched.others - unwatched.others)} (to be under 1 %)`);
const each = ((watched.live - unwatched.live) / snapshots) * 1000;
console.log(
  `a snapshot, with all that is asked for it: ${each.toFixed(1)} ms of CPU (${snapshots} of them; at most 20)`,
);

console.log(`command to its mark: ${await commandToMark(viewer)} (p99 to be under 500 ms)`);
console.log(`blocked loop to a visible hole: ${await blockedToHole(viewer)} (to be under 500 ms)`);

const one = rssBytes(live);
const crowd = await Promise.all(Array.from({ length: PAGES - 1 }, () => Viewer.open(target)));
await sleep(10_000);
const told = Math.min(...crowd.map((page) => page.snapshots));
console.log(
  `${PAGES} pages: ${megabytes(rssBytes(live))} (one: ${megabytes(one)}; to be under 150), each saw at least ${told} snapshots`,
);
for (const page of [viewer, ...crowd]) page.close();

const { firstPaintMs, bundleBytes, cpuS } = await browserFigures(address, SECONDS);
console.log(
  `first paint after ${firstPaintMs.toFixed(0)} ms (to be under 1,000), ${(bundleBytes / 1000).toFixed(0)} kB gzipped (under 200)`,
);
console.log(`the browser, all lanes under load: ${percent(cpuS)} (to be under 40 %)`);
