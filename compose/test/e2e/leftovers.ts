/**
 * Before and after the files: everything of this project that runs, under this runtime, is taken down. A run that was
 * cut off leaves containers, and an engine starts them again with the machine: they would hold the ports of the next run.
 * Before them also every image is built, which takes longer than a test may where nothing of it is kept. Processes keep
 * their jobs in the checkout: those of whoever works there are put aside, as they would come first, and put back.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runDir } from '../../src/settings.ts';
import { make, project, runtime } from './support.ts';

const jobs = join(runDir, 'redis');
const aside = `${jobs}.before-tests`;

async function takeDown(): Promise<void> {
  const { code, output } = await make('down');
  if (code !== 0) throw new Error(output);
}

export async function setup(): Promise<void> {
  await takeDown();
  if (runtime === 'local') {
    // What a run left that was cut off is its own.
    if (existsSync(jobs) && !existsSync(aside)) renameSync(jobs, aside);
    rmSync(jobs, { recursive: true, force: true });
    return;
  }
  const env = { ...process.env, MODE: 'all', OBSERVABILITY: 'off', COMPOSE_PROJECT_NAME: project };
  const { status } = spawnSync('compose/docker.sh', ['images'], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error('the images cannot be built');
}

export async function teardown(): Promise<void> {
  await takeDown();
  if (runtime !== 'local' || !existsSync(aside)) return;
  rmSync(jobs, { recursive: true, force: true });
  renameSync(aside, jobs);
}
