/** Real gateways as processes of their own: one whose event loop computes must not hold up its test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../gateway/test/support/processes.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';

const main = fileURLToPath(new URL('../../../gateway/src/main.ts', import.meta.url));

export interface Process {
  readonly url: string;
  signal(signal: NodeJS.Signals): void;
  stop(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
}

export async function startGateway(mode: string, env: Record<string, string> = {}): Promise<Process> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;
  async function start() {
    const settings = { MODE: mode, PORT: `${port}`, ADMIN_PORT: `${adminPort}`, THREADS: '2', LOG_LEVEL: 'silent' };
    child = spawn(process.execPath, ['--conditions=source', main], {
      env: { PATH: process.env.PATH, ...settings, SHUTDOWN_GRACE_MS: '0', ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await waitFor(`${mode} is ready`, async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true);
  }
  await start();
  return {
    url,
    signal: (signal) => void child.kill(signal),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
    },
    restart: start,
  };
}
