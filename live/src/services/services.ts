/** The services as they are, asked once a second while somebody watches; and what is done to them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service, ServiceVerb } from '../contract.ts';
import type { OperatedService, Operator } from '../operator.ts';
import type { Marks } from './marks.ts';

const LOOK_MS = 1_000;
/** An answer that takes longer is none. */
const LOOK_LIMIT_MS = 3_000;
/** A change that is seen so soon after a command is the command's. */
const FOLLOWS_MS = 5_000;
/** Acts that go on at one time. */
const MAX_ACTS = 8;

/** What may be done to a service in each state. */
const VERBS: Record<Service['state'], ServiceVerb[]> = {
  running: ['kill', 'term', 'pause', 'stop'],
  starting: ['kill', 'stop'],
  paused: ['kill', 'resume'],
  stopped: ['start'],
  unknown: [],
};

/** As people type it. */
export const commandOf = (verb: ServiceVerb, service: string): string =>
  verb === 'term' ? `make kill SERVICE=${service} SIGNAL=TERM` : `make ${verb} SERVICE=${service}`;

const roleOf = (name: string): Service['role'] =>
  name.startsWith('gateway') ? 'gateway' : name === 'redis' ? 'store' : 'compute';

export class Services {
  readonly #operator: Operator;
  readonly #marks: Marks;
  readonly #stop = new AbortController();
  readonly #known = new Map<string, OperatedService>();
  readonly #running: Promise<void>;
  #watched = Promise.withResolvers<void>();
  #isWatched = false;
  #acts = 0;

  constructor(names: readonly string[], operator: Operator, marks: Marks) {
    this.#operator = operator;
    this.#marks = marks;
    for (const name of names) this.#known.set(name, nothing(name));
    this.#running = this.#run();
  }

  watch(on: boolean): void {
    if (on === this.#isWatched) return;
    this.#isWatched = on;
    if (on) this.#watched.resolve();
    else this.#watched = Promise.withResolvers();
  }

  has(name: string): boolean {
    return this.#known.has(name);
  }

  /** In the order of `names`; those that are not here are left out. */
  those(names: readonly string[]): Service[] {
    return names.flatMap((name) => {
      const known = this.#known.get(name);
      return known ? { ...known, role: roleOf(name), verbs: VERBS[known.state] } : [];
    });
  }

  /** Marks it at once and does it. Resolves to why it could not be done, if so. */
  async act(verb: ServiceVerb, service: string): Promise<string | undefined> {
    if (this.#acts >= MAX_ACTS) return `${MAX_ACTS} commands are not done yet`;
    this.#acts++;
    this.#marks.add(service, verb, commandOf(verb, service));
    try {
      await this.#operator.act(verb, service);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    } finally {
      this.#acts--;
      await this.#look().catch(() => {});
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#watched.resolve();
    await this.#running;
    await this.#operator.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (await this.#watched.promise; !signal.aborted; await this.#watched.promise) {
      await this.#look().catch(() => this.#lose());
      await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const late = sleep(LOOK_LIMIT_MS, undefined, { ref: false }).then(() => Promise.reject(new Error('too late')));
    const found = await Promise.race([this.#operator.services(), late]);
    for (const now of found) {
      const before = this.#known.get(now.name);
      if (!before) continue;
      this.#known.set(now.name, now);
      this.#compare(before, now);
    }
  }

  /** Nobody can be asked: what was known is not known any more. */
  #lose(): void {
    for (const [name, { state }] of this.#known) if (state !== 'unknown') this.#known.set(name, nothing(name));
  }

  /** What changed without a command is marked, too. */
  #compare(before: OperatedService, now: OperatedService): void {
    if (before.state === 'unknown' || now.state === 'unknown') return;
    const { name } = now;
    const by = (...verbs: ServiceVerb[]) => this.#marks.commanded(name, verbs, FOLLOWS_MS);
    const mark = (what: 'ended' | 'back' | 'pause' | 'resume') => this.#marks.add(name, what);
    const isUp = ({ state }: OperatedService) => state === 'running' || state === 'paused';
    const restarted = before.restarts !== null && now.restarts !== null && now.restarts > before.restarts;
    if (isUp(before) && (!isUp(now) || restarted) && !by('kill', 'term', 'stop')) mark('ended');
    if (now.state === 'running' && (!isUp(before) || restarted)) mark('back');
    if (restarted) return;
    if (before.state === 'running' && now.state === 'paused' && !by('pause')) mark('pause');
    if (before.state === 'paused' && now.state === 'running' && !by('resume')) mark('resume');
  }
}

const nothing = (name: string): OperatedService => ({
  name,
  state: 'unknown',
  since: Date.now(),
  cpu: null,
  rssBytes: null,
  restarts: null,
});
