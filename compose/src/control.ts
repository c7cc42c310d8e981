/** The command line's side of the supervisor. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from './errors.ts';
import { pidFile, socketFile, specFile } from './files.ts';
import type { Service } from './services.ts';
import { root, runDir } from './settings.ts';
import type { ServiceStatus } from './stack.ts';

export interface Status {
  readonly started: boolean;
  readonly failure?: string;
  readonly services: ServiceStatus[];
}

export interface Spec {
  readonly mode: string;
  readonly services: Service[];
}

const START_LIMIT_MS = 60_000;

/** Asks the supervisor. Undefined if none runs; throws a `UserError` for what it refuses. */
export function ask<T>(path: string): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: socketFile, path, method: 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => {
        const body = JSON.parse(text || '{}');
        if (response.statusCode === 200) resolve(body);
        else reject(new UserError(body.error));
      });
    });
    call.on('error', () => resolve(undefined));
    call.end();
  });
}

export const status = () => ask<Status>('/status');

/** What the running supervisor was asked to run, if one runs. */
export async function running(): Promise<Spec | undefined> {
  return (await status()) ? JSON.parse(readFileSync(specFile, 'utf8')) : undefined;
}

/** Starts a supervisor and waits until its services are healthy. Throws a `UserError` with where to look. */
export async function launch(spec: Spec, signal: AbortSignal): Promise<void> {
  mkdirSync(join(runDir, 'logs'), { recursive: true });
  writeSpec(spec);
  const log = openSync(join(runDir, 'logs', 'supervisor.log'), 'a');
  const daemon = spawn(process.execPath, [join(root, 'compose/dist/daemon.js')], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: root,
  });
  daemon.unref();
  const deadline = Date.now() + START_LIMIT_MS;
  while (!signal.aborted) {
    const now = await status();
    if (now?.started) return;
    if (now?.failure) throw new UserError(now.failure);
    if (daemon.exitCode !== null || Date.now() > deadline)
      throw new UserError('the supervisor did not start: .run/logs/supervisor.log');
    await sleep(50);
  }
}

/** Adds and ends services of the stack that runs, so that it is what `spec` says. Throws a `UserError` if it is not. */
export async function apply(spec: Spec, current: Spec): Promise<void> {
  writeSpec(spec);
  try {
    if (!(await ask('/apply'))) throw new UserError('the supervisor is gone: make up');
  } catch (error) {
    // So that the same command tries again, and does not find it done.
    writeSpec(current);
    throw error;
  }
}

/** For its owner: it may have a token. */
function writeSpec(spec: Spec): void {
  rmSync(specFile, { force: true });
  writeFileSync(specFile, JSON.stringify(spec, null, 2), { mode: 0o600 });
}

/** Ends everything. Resolves to false if nothing ran. */
export async function shutDown(): Promise<boolean> {
  // A supervisor that was killed took its children with it; only its files are left.
  const pid = supervisorPid();
  const wasUp = (await ask('/down')) !== undefined;
  if (pid !== undefined) await untilGone(pid);
  for (const file of [socketFile, pidFile]) rmSync(file, { force: true });
  return wasUp;
}

function supervisorPid(): number | undefined {
  try {
    return Number(readFileSync(pidFile, 'utf8'));
  } catch {
    return undefined;
  }
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (Date.now() < deadline) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (!existsSync(pidFile)) return;
    await sleep(20);
  }
}
