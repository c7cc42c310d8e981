/** The life of a stack: up, in use, hurt, down. */

import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JobDocument } from '../../../gateway/src/contract.ts';
import { modeNames } from '../../../gateway/src/mode-names.ts';
import { askAgain } from '../../../gateway/test/support/ask-again.ts';
import { waitFor } from '../../../gateway/test/support/wait.ts';
import { workload } from '../../../workloads/count/workload.ts';
import { gatewayUrl, isThere, keepUp, make, openPorts, ports, running, runtime } from './support.ts';

async function job(id: string): Promise<JobDocument> {
  return JobDocument.parse(await askAgain(`${gatewayUrl}/jobs/${id}`));
}

async function handIn(query: string): Promise<JobDocument> {
  return JobDocument.parse(await askAgain(`${gatewayUrl}/blocking?${query}`));
}

describe('a queue', () => {
  keepUp({ MODE: 'queue' });

  it('is kept by a second up', async () => {
    const before = await running();
    const { code, output } = await make('up', { MODE: 'queue' });
    expect(code).toBe(0);
    expect(output).toContain('was up already');
    expect(await running()).toEqual(before);
  });

  it('completes a job whose worker is killed in the middle', async () => {
    // Some seconds of work on one core, also of the quickest: a call of make takes one or two before it kills.
    const task = { ops: 80_000_000_000, seed: 7 };
    const { id } = await handIn(`ops=${task.ops}&chunks=1&seed=${task.seed}`);
    await waitFor('progress', async () => (await job(id)).progress.done > 0);
    const { code, output } = await make('kill', { SERVICE: 'rust-worker' });
    expect(code, output).toBe(0);
    expect(output).toMatch(
      /got SIGKILL.*runs again after.*is healthy after.*1 job\(s\) in hand; 1 went on again after/s,
    );
    await waitFor('completion', async () => (await job(id)).state === 'completed', 300_000);
    const done = await job(id);
    expect(done.result).toMatchObject(workload.solve({ chunks: 1, ...task }));
    expect(done.attempts).toBeGreaterThan(1);
    // Minutes where the kernel is a plain one.
  }, 400_000);

  it('tells a second up of the jobs of before', async () => {
    // Of no machine done before it is told of, and nobody waits for its end.
    const { id, links } = await handIn(`ops=${workload.maxSize.queued}&chunks=1`);
    expect((await make('up', { MODE: 'queue' })).output).toMatch(/^1 job\(s\) of before come first: .*make clear$/m);
    await fetch(gatewayUrl + links.self, { method: 'DELETE' });
    expect((await job(id)).failure?.code).toBe('cancelled');
  });

  // Time and again, as a process is back within milliseconds. An engine waits longer each time, so there it is once each.
  const times = runtime === 'local' ? [1, 2, 3] : [1];
  it.each(['gateway', 'redis', 'rust-worker'].flatMap((name) => times.map((time) => [name, time] as const)))(
    'says when %s is back, kill %i',
    async (SERVICE) => {
      const { code, output } = await make('kill', { SERVICE });
      expect(code, output).toBe(0);
      expect(output).toMatch(/got SIGKILL.*runs again after.*is healthy after/s);
    },
  );

  it('does not kill what does not run', async () => {
    const stopped = await make('stop', { SERVICE: 'rust-worker' });
    expect(stopped.code, stopped.output).toBe(0);
    const { code, output } = await make('kill', { SERVICE: 'rust-worker' });
    await make('start', { SERVICE: 'rust-worker' });
    expect(code).not.toBe(0);
    expect(output).toContain('rust-worker does not run: make start SERVICE=rust-worker');
  });

  it('accepts while the worker is stopped, and completes what was not cleared when it is started again', async () => {
    expect((await make('stop', { SERVICE: 'rust-worker' })).code).toBe(0);
    expect((await make('status')).output).toMatch(/rust-worker\s+(\| stopped|Exited)/);
    await handIn('ops=1000');
    expect((await make('clear')).output).toMatch(/^1 job\(s\) removed$/m);
    const { id } = await handIn('ops=1000');
    expect((await job(id)).state).toBe('waiting');
    expect((await make('start', { SERVICE: 'rust-worker' })).code).toBe(0);
    await waitFor('completion', async () => (await job(id)).state === 'completed');
  });

  it('answers bad input and stays', async () => {
    for (const query of ['ops=0', 'ops=1e30', 'ops=abc', 'chunks=9&ops=8', 'ops=1&ops=2']) {
      const response = await fetch(`${gatewayUrl}/blocking?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: 'invalid_task' });
    }
    expect((await fetch(`${gatewayUrl}/non-blocking`)).status).toBe(200);
  });

  it('shows its logs, one JSON object a line', async () => {
    const { code, output } = await make('logs', { SERVICE: 'rust-worker' });
    expect(code).toBe(0);
    const lines = output.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).service)).toContain('rust-worker');
  });

  it('has its admin pages on the admin port only, on request', async () => {
    const { code, output } = await make('board');
    expect(code, output).toBe(0);
    const admin = `http://127.0.0.1:${ports.ADMIN_PORT}`;
    expect(output).toContain(`${admin}/admin/queues`);
    await waitFor(
      'the board',
      async () => (await fetch(`${admin}/admin/queues/`).catch(() => undefined))?.status === 200,
    );
    // What its page asks for comes through the proxy, what another page asks for does not.
    const asked = async (origin: string) =>
      (await fetch(`${admin}/admin/queues/api/queues`, { headers: { origin } })).status;
    expect([await asked(admin), await asked('http://else.example')]).toEqual([200, 403]);
    // Containers publish the board alone.
    expect((await fetch(`${admin}/metrics`)).status).toBe(runtime === 'docker' ? 403 : 200);
    expect((await fetch(`${gatewayUrl}/admin/queues/`)).status).toBe(404);
    expect((await fetch(`${gatewayUrl}/metrics`)).status).toBe(404);
  });

  it('leaves nothing behind', async () => {
    const before = await running();
    expect(before.length).toBeGreaterThanOrEqual(3);
    expect((await make('down')).code).toBe(0);
    expect(before.filter(isThere)).toEqual([]);
    expect(await openPorts()).toEqual([]);
    expect((await make('down')).output).toContain('nothing was up');
  });
});

describe('what cannot be done is said in one line', () => {
  it.each([
    ['up', { MODE: 'fast' }, new RegExp(`^MODE must be one of ${modeNames.join(' ')} all$`, 'm')],
    ['up', { MODE: 'pool', CPUS: 'many' }, /^CPUS must be a number of CPUs$/m],
    ['up', { RUNTIME: 'cloud' }, /^RUNTIME must be one of/m],
    ['stop', { SERVICE: 'redis' }, /^nothing is up/m],
  ])('make %s %o', async (target, variables, line) => {
    const { code, output } = await make(target, variables);
    expect(code).not.toBe(0);
    expect(output).toMatch(line);
    expect(output).not.toContain('    at ');
    // The reason, and make's own closing line.
    expect(output.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  it.runIf(runtime === 'docker')('an engine that does not answer, a compose plugin that is too old', async () => {
    const stopped = await make('up', { DOCKER_HOST: 'tcp://127.0.0.1:1' });
    expect(stopped.code).not.toBe(0);
    expect(stopped.output.split('\n')[0]).toMatch(/^no engine answers: /);

    const config = mkdtempSync(join(tmpdir(), 'heavy-lifter-docker-'));
    mkdirSync(join(config, 'cli-plugins'));
    const [metadata, answer] = [`{"SchemaVersion":"0.1.0","Vendor":"test","Version":"v2.5.0"}`, '2.5.0'];
    const plugin = `#!/bin/sh\nif [ "$1" = docker-cli-plugin-metadata ]; then echo '${metadata}'; else echo ${answer}; fi\n`;
    for (const name of ['docker-compose', 'docker-buildx'])
      writeFileSync(join(config, 'cli-plugins', name), plugin, { mode: 0o755 });
    const old = await make('up', { DOCKER_CONFIG: config });
    rmSync(config, { recursive: true });
    expect(old.code).not.toBe(0);
    expect(old.output.split('\n')[0]).toBe('compose 2.5.0 is too old: 2.20 or newer is needed');
  });

  it('a port that is taken', async () => {
    const holder = createServer().listen(Number(ports.PORT), '127.0.0.1');
    await once(holder, 'listening');
    const { code, output } = await make('up', { MODE: 'inline' });
    holder.close();
    expect(code).not.toBe(0);
    expect(output).toMatch(new RegExp(`port ${ports.PORT} for gateway-inline is taken.*PORT=`));
    expect(await openPorts()).toEqual([]);
  });
});
