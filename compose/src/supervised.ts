/**
 * One service as a process that is kept alive. Own code, because the usual runners do not do what a container engine
 * does: `concurrently`, for one, leaves a child that exits with 0 dead and itself dies with its output.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from './eventlog.ts';
import { isHealthy } from './health.ts';
import type { OutputFile } from './output.ts';
import type { Service } from './services.ts';
import { onPath } from './tools.ts';

const START_LIMIT_MS = 30_000;
const POLL_MS = 50;
/** As a container engine: the wait doubles for processes that did not live this long, up to a bound. */
const SETTLED_MS = 10_000;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 4_000;

export type State = 'starting' | 'healthy' | 'waiting to restart' | 'stopped';
type Note = (event: Event['event'], detail?: string) => void;

export class Supervised {
  readonly service: Service;
  readonly #cwd: string;
  readonly #output: OutputFile;
  readonly #note: Note;
  #child: ChildProcess | undefined;
  #wanted = false;
  #backoffMs = 0;
  #startedAt = 0;
  #killedFor: string | undefined;
  restarts = 0;
  state: State = 'stopped';

  constructor(service: Service, cwd: string, output: OutputFile, note: Note) {
    this.service = service;
    this.#cwd = cwd;
    this.#output = output;
    this.#note = note;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get upSeconds(): number {
    return this.#child ? (Date.now() - this.#startedAt) / 1000 : 0;
  }

  /** Starts it, and from now on keeps it started. Resolves when healthy; throws when it does not get there in time. */
  async start(): Promise<void> {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#launch();
      this.#note('started');
    }
    const deadline = Date.now() + START_LIMIT_MS;
    while (this.state !== 'healthy') {
      if (Date.now() > deadline || !this.#wanted) throw new Error(`${this.service.name} did not become healthy`);
      await sleep(POLL_MS);
    }
  }

  /** Ends it: SIGTERM, and SIGKILL after its grace. It stays down until `start`. */
  async stop(): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), this.service.graceMs);
      await exited;
      clearTimeout(kill);
      this.#note('stopped');
    }
    this.state = 'stopped';
  }

  /** Sends a signal to the process; what dies of it comes back. */
  kill(signal: NodeJS.Signals, event: 'killed' | 'memory-limit' = 'killed', detail: string = signal): void {
    this.#killedFor = `${event}: ${detail}`;
    this.#note(event, detail);
    this.#child?.kill(signal);
  }

  #launch(): void {
    const [program = '', ...args] = commandLine(this.service);
    const child = spawn(program, args, {
      cwd: this.#cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...this.service.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#startedAt = Date.now();
    this.state = 'starting';
    this.#output.take(child.stdout);
    this.#output.take(child.stderr);
    child.once('error', (error) => this.#ended(child, error.message));
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `code ${code}`));
    void this.#untilHealthy(child);
  }

  async #untilHealthy(child: ChildProcess): Promise<void> {
    while (this.#child === child && this.state === 'starting') {
      if (await isHealthy(this.service.health)) {
        // It may have died while it was asked.
        if (this.#child === child && this.state === 'starting') this.state = 'healthy';
        this.#note('healthy');
        return;
      }
      await sleep(POLL_MS);
    }
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (!this.#wanted) return;
    this.#note('exited', this.#killedFor ?? how);
    this.#killedFor = undefined;
    this.#backoffMs =
      Date.now() - this.#startedAt > SETTLED_MS ? 0 : Math.min(MAX_BACKOFF_MS, this.#backoffMs * 2 || FIRST_BACKOFF_MS);
    this.state = 'waiting to restart';
    setTimeout(() => {
      if (!this.#wanted || this.#child) return;
      this.restarts++;
      this.#launch();
      this.#note('restarted');
    }, this.#backoffMs);
  }
}

/** The service's own command, on its CPUs, and dying with its parent where the system can see to that. */
function commandLine({ command, cpus }: Service): string[] {
  return [
    ...(cpus && onPath('taskset') ? ['taskset', '-c', cpus] : []),
    ...(onPath('setpriv') ? ['setpriv', '--pdeathsig', 'KILL'] : []),
    ...command,
  ];
}
