/**
 * The supervisor: one per checkout, detached from the terminal, gone with `make down`. Its children stay in its session:
 * where the kernel groups by session (autogroup), each `setsid` would get its own share of the CPU and nice values
 * between services would mean nothing. Answers HTTP on a Unix socket.
 */
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { logEvent } from './eventlog.ts';
import { pidFile, socketFile, specFile } from './files.ts';
import type { Service } from './services.ts';
import { Stack } from './stack.ts';

const stack = new Stack(wantedServices());
let failure: string | undefined;
let started = false;

const server = createServer((request, response) => {
  handle(request, response).catch((error) => answer(response, 500, { error: String(error) }));
});
rmSync(socketFile, { force: true });
server.listen(socketFile);
writeFileSync(pidFile, String(process.pid));

function wantedServices(): Service[] {
  return JSON.parse(readFileSync(specFile, 'utf8')).services;
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://supervisor');
  if (pathname === '/status') return answer(response, 200, { started, failure, services: stack.status() });
  if (pathname === '/down') {
    await stack.stop();
    answer(response, 200, {});
    return leave();
  }
  if (pathname === '/apply') {
    await stack.apply(wantedServices());
    return answer(response, 200, {});
  }
  const supervised = stack.find(searchParams.get('service') ?? '');
  if (!supervised) {
    const names = stack.status().map(({ name }) => name);
    return answer(response, 404, { error: `SERVICE must be one of ${names.join(', ')}` });
  }
  const { pid, restarts, service } = supervised;
  if (pathname === '/start') await supervised.start();
  else if (pathname === '/stop') await supervised.stop();
  else if (pathname === '/kill') {
    if (!pid)
      return answer(response, 409, { error: `${service.name} does not run: make start SERVICE=${service.name}` });
    supervised.kill(`SIG${searchParams.get('signal')}` as NodeJS.Signals);
  }
  // As it was before: by the time that somebody asks for it, a killed process may be back.
  answer(response, 200, { name: service.name, restarts });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
}

function leave(): void {
  server.close();
  rmSync(socketFile, { force: true });
  rmSync(pidFile, { force: true });
  process.exitCode = 0;
  // What is left are output streams and timers of services that are gone.
  setImmediate(() => process.exit());
}

process.on('unhandledRejection', (error) => logEvent('supervisor', 'exited', String(error)));
process.on('SIGHUP', () => {});
for (const signal of ['SIGTERM', 'SIGINT']) {
  once(process, signal).then(async () => {
    await stack.stop();
    leave();
  });
}

stack.start().then(
  () => {
    started = true;
  },
  (error) => {
    failure = String(error.message ?? error);
  },
);
