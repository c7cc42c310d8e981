/** The load generator as a process, the way the runner starts it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Result } from '../../src/bench/result.ts';
import { LOAD_OPS } from './stub.ts';

const program = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Of the one result it wrote, if it wrote one. */
  readonly result: Result | undefined;
  readonly report: string | undefined;
}

export interface Generator {
  readonly ended: Promise<Ended>;
  stdout(): string;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a short bench of `url`; ended, if need be, with the test. */
export function startBench(url: string, env: Record<string, string> = {}): Generator {
  const load = { OPS: `${LOAD_OPS}`, CHUNKS: '4', CONNECTIONS: '5', DURATION: '0.5', WARMUP: '0.2', QUIET: '0.3' };
  return runMain(['bench'], { MODE: 'pool', GATEWAY_URL: url, METRICS_PORT: '0', ...load, ...env });
}

/** Starts the program, or another `path` in src/, with nothing but these settings. */
export function runMain(args: string[], env: Record<string, string> = {}, path = 'main.ts'): Generator {
  const folder = mkdtempSync(join(tmpdir(), 'loadgen-'));
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  // Sources, not what was built last.
  const child = spawn(process.execPath, ['--conditions=source', program(path), ...args], {
    env: { PATH, NODE_COMPILE_CACHE, RESULTS_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => {
      out[name] += text;
    });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, ...out, ...written(folder) }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });
  return { ended, stdout: () => out.stdout, kill: (signal) => child.kill(signal) };
}

function written(folder: string): Pick<Ended, 'result' | 'report'> {
  const [run] = readdirSync(folder);
  if (!run || !existsSync(join(folder, run, 'result.json'))) return { result: undefined, report: undefined };
  const read = (name: string) => readFileSync(join(folder, run, name), 'utf8');
  return { result: Result.parse(JSON.parse(read('result.json'))), report: read('report.md') };
}
