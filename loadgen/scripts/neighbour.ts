/**
 * What a busy neighbour does to the figures: benches in pairs, one alone and one beside an endless loop on the services'
 * core, and the medians of each figure.
 *
 *     RUNTIME=local node loadgen/scripts/neighbour.ts pool queue
 *
 * The loop has the weight of the compute threads: nice 19, or as a container 64 shares, which is as much for modes whose
 * compute threads have a container of their own. NICE=0 (local) is a loop that outweighs them. Where the kernel groups by
 * session (`sched_autogroup_enabled`), nice values do not count between sessions and the loop has half of the core.
 * PAIRS=5, DURATION=10. Writes `loadgen/test/measured/neighbour-<runtime>-<nice>.json`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { isDisturbed } from '../src/bench/disturbance.ts';
import { Result } from '../src/bench/result.ts';
import { compare, FIGURES, type Measured, type Pair } from './figures/neighbour.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { RUNTIME = 'local', PAIRS = '5', NICE = '19', DURATION = '10' } = process.env;
const modes = process.argv.slice(2);
/** Longer than any bench, so that a loop never outlives this program by much. */
const LOOP_LIMIT_S = '300';

function bench(mode: string): Result {
  const results = mkdtempSync(join(tmpdir(), 'heavy-lifter-neighbour-'));
  const settings = [`MODE=${mode}`, `RUNTIME=${RUNTIME}`, 'OBSERVABILITY=off', `DURATION=${DURATION}`];
  const { status, stderr } = spawnSync('make', ['bench', ...settings, `RESULTS_DIR=${results}`], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`make bench ${settings.join(' ')}: ${stderr}`);
  const [folder = ''] = readdirSync(results);
  const result = Result.parse(JSON.parse(readFileSync(join(results, folder, 'result.json'), 'utf8')));
  rmSync(results, { recursive: true });
  return result;
}

function beside(mode: string, cpus: string): Result {
  const loop = ['timeout', LOOP_LIMIT_S, 'sh', '-c', 'while :; do :; done'];
  const end = RUNTIME === 'docker' ? inContainer(cpus, loop) : asProcess(cpus, loop);
  try {
    return bench(mode);
  } finally {
    end();
  }
}

function asProcess(cpus: string, loop: readonly string[]): () => void {
  const neighbour = spawn('nice', ['-n', NICE, 'taskset', '-c', cpus, ...loop], { stdio: 'ignore', detached: true });
  return () => process.kill(-(neighbour.pid as number));
}

function inContainer(cpus: string, loop: readonly string[]): () => void {
  const { image } = parse(readFileSync(`${root}compose/compose.yaml`, 'utf8')).services.redis;
  const limits = ['--cpuset-cpus', cpus, '--cpu-shares', '64', '--network', 'none', '--memory', '64m'];
  const run = ['run', '--detach', '--rm', '--init', ...limits, '--entrypoint', '', image, ...loop];
  const { stdout, stderr, status } = spawnSync('docker', run, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`no neighbour: ${stderr}`);
  return () => void spawnSync('docker', ['kill', stdout.trim()]);
}

const measuredIn = (result: Result): Measured => ({
  figures: Object.fromEntries(Object.entries(FIGURES).map(([name, of]) => [name, of(result)])),
  disturbed: isDisturbed(result.disturbance),
  factor: result.disturbance.factor,
});

const found: Record<string, Pair[]> = {};
for (const mode of modes) {
  const pairs: Pair[] = [];
  found[mode] = pairs;
  for (let n = 0; n < Number(PAIRS); n++) {
    const alone = bench(mode);
    const other = beside(mode, alone.plan.serviceCpus ?? '0');
    pairs.push({ alone: measuredIn(alone), beside: measuredIn(other) });
    console.log(`${mode}, pair ${n + 1}: ${JSON.stringify(pairs.at(-1))}`);
  }
  console.log(compare(mode, pairs));
}
const file = new URL(`../test/measured/neighbour-${RUNTIME}-${NICE}.json`, import.meta.url);
writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
