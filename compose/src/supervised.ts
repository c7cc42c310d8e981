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
/** So often may a process end that has never been healthy: it will not be by being started once more. */
const MAX_FALSE_STARTS = 3;

export type State = 'starting' | 'healthy' | 'waiting to restart' | 'given up' | 'stopped';
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
  #wasHealthy = false;
  #falseStarts = 0;
  /** Why it is not started again: its last words. */
  #gaveUp: string | undefined;
  restarts = 0;
  #state: State = 'stopped';
  #paused = false;
  /** When it came into its state: milliseconds since the epoch. */
  since = Date.now();

  constructor(service: Service, cwd: string, output: OutputFile, note: Note) {
    this.service = service;
    this.#cwd = cwd;
    this.#output = output;
    this.#note = note;
  }

  get state(): State {
    return this.#state;
  }

  /** Whether its process was told to stand still. */
  get paused(): boolean {
    return this.#paused && this.#child !== undefined;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get upSeconds(): number {
    return this.#child ? (Date.now() - this.#startedAt) / 1000 : 0;
  }

  /**
   * Starts it, and from now on keeps it started. Resolves when healthy; throws when it does not get there in time or,
   * with its last line, when it only ends again and again: then it stays down. What was healthy once is restarted for ever.
   */
  async start(): Promise<void> {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#falseStarts = 0;
      this.#gaveUp = undefined;
      this.#launch();
      this.#note('started');
    }
    this.#resume();
    const deadline = Date.now() + START_LIMIT_MS;
    while (this.state !== 'healthy') {
      const { name } = this.service;
      if (this.#gaveUp) throw new Error(`${name} ended ${MAX_FALSE_STARTS} times at its start: ${this.#gaveUp}`);
      if (Date.now() > deadline || this.state === 'stopped')
        throw new Error(`${name} did not become healthy: make logs shows why`);
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
      this.#resume();
      const kill = setTimeout(() => child.kill('SIGKILL'), this.service.graceMs);
      await exited;
      clearTimeout(kill);
      this.#note('stopped');
    }
    this.#become('stopped');
  }

  /** Sends a signal to the process; what dies of it comes back. One that stands still goes on, or it could not obey. */
  kill(signal: NodeJS.Signals, event: 'killed' | 'memory-limit' = 'killed', detail: string = signal): void {
    this.#killedFor = `${event}: ${detail}`;
    this.#note(event, detail);
    this.#child?.kill(signal);
    if (signal === 'SIGSTOP') {
      this.#paused = true;
      this.since = Date.now();
    } else this.#resume();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.since = Date.now();
    this.#child?.kill('SIGCONT');
  }

  #become(state: State): void {
    this.#state = state;
    this.since = Date.now();
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
    this.#paused = false;
    this.#become('starting');
    this.#output.take(child.stdout);
    this.#output.take(child.stderr);
    let how = '';
    const ended = (reason: string) => {
      how ||= reason;
      this.#ended(child, reason);
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal ?? `code ${code}`));
    // Only now all that it said is there.
    child.once('close', () => {
      if (this.state === 'given up') this.#gaveUp = this.#output.lastLine || how;
    });
    void this.#untilHealthy(child);
  }

  async #untilHealthy(child: ChildProcess): Promise<void> {
    while (this.#child === child && this.state === 'starting') {
      if (await isHealthy(this.service.health)) {
        // It may have died while it was asked.
        if (this.#child === child && this.state === 'starting') this.#become('healthy');
        this.#wasHealthy = true;
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
    if (!this.#wasHealthy && ++this.#falseStarts >= MAX_FALSE_STARTS) {
      this.#wanted = false;
      this.#become('given up');
      return;
    }
    this.#backoffMs =
      Date.now() - this.#startedAt > SETTLED_MS ? 0 : Math.min(MAX_BACKOFF_MS, this.#backoffMs * 2 || FIRST_BACKOFF_MS);
    this.#become('waiting to restart');
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
