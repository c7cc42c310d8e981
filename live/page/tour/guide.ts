/** Leads through the chapters: orders the load and the kill, waits for what has to be seen, and tells what it was. */
import { DEFAULT_TASK_MS } from '../../src/limits.ts';
import type { Send } from '../feed/commands.ts';
import type { PageEvent, TourState } from '../model/events.ts';
import type { Model } from '../model/model.ts';
import { CHAPTERS, type Chapter } from './chapters.ts';
import { Measured } from './measured.ts';

/** For how long it is waited until a lane has nothing open, and until promises are kept. */
const QUIET_MS = 15_000;
const DRAIN_MS = 240_000;
/** For how long it is watched after a service is back. */
const CONTROL_MS = 60_000;
const AFTER_MS = 3_000;
const BACK_MS = 30_000;
const LOOK_MS = 200;

export class Guide {
  readonly #model: Model;
  readonly #send: NonNullable<Send>;
  readonly #take: (event: PageEvent) => void;

  constructor(model: Model, send: NonNullable<Send>, take: (event: PageEvent) => void) {
    this.#model = model;
    this.#send = send;
    this.#take = take;
  }

  open(chapter = 0) {
    this.#say({ chapter, phase: 'guess', guess: null, lines: [] });
  }

  guess(guess: number) {
    const { tour } = this.#model;
    if (tour?.phase === 'guess') this.#say({ ...tour, guess });
  }

  /** What the one button of a chapter does. */
  async run() {
    const { tour } = this.#model;
    const chapter = CHAPTERS[tour?.chapter ?? -1];
    if (!tour || !chapter || tour.phase === 'running') return;
    const says = (line: string) => this.#say({ ...tour, phase: 'running', lines: [line] });
    try {
      const measured = await this.#play(chapter, says);
      this.#say({ ...tour, phase: 'done', lines: this.#told(chapter, measured, tour.guess) });
    } finally {
      await this.#send({ do: 'users', lane: chapter.lane, users: 0 });
    }
  }

  async #play(chapter: Chapter, says: (line: string) => void): Promise<Measured> {
    const { lane, users, taskMs = DEFAULT_TASK_MS, loadS, kills, leaveAtOnce, control } = chapter;
    says('Every lane comes to rest first.');
    await this.#send({ do: 'solo', on: false });
    await this.#send({ do: 'stop' });
    await this.#send({ do: 'task', ms: taskMs });
    await this.#until(() => this.#atRest(), QUIET_MS);
    const measured = new Measured(this.#model, lane);
    const pass = (ms: number) => this.#until(() => false, ms, measured);
    says(`${users} users ask ${lane}. Look at its heartbeats, and at those of the others.`);
    await this.#send({ do: 'users', lane, users });
    if (kills) {
      await pass((loadS * 1_000) / 2);
      const service = measured.latest?.services.find(({ role }) => role === kills)?.name ?? '';
      says(`${service} is killed, while ${users} users ask.`);
      await this.#send({ do: 'service', verb: 'kill', service });
      await pass(1_000);
      await this.#until(() => isRunning(measured, service), BACK_MS, measured);
      if (!leaveAtOnce) await pass(AFTER_MS);
    } else await pass(loadS * 1_000);
    says('The users leave. What is still open ends.');
    await this.#send({ do: 'users', lane, users: 0 });
    const isOver = await this.#until(() => isSettled(measured), measured.jobs ? DRAIN_MS : QUIET_MS, measured);
    if (control) {
      says(`${isOver ? 'Every promise is settled' : 'Promises are still open'}. Beside it now: a queue that loses.`);
      const before = this.#model.control;
      await this.#send({ do: 'control' });
      const isDone = ({ control }: Model) => control !== null && control !== before && control.state !== 'running';
      await this.#until(() => isDone(this.#model), CONTROL_MS, measured);
    }
    return measured;
  }

  #told(chapter: Chapter, measured: Measured, guess: number | null): string[] {
    const right = chapter.right(measured);
    const guessed = guess === null ? '' : guess === right ? 'You guessed it: ' : 'It was another one: ';
    return [`${guessed}${chapter.guesses[right]}.`, ...chapter.lines(measured).filter(Boolean)];
  }

  #atRest(): boolean {
    const lanes = this.#model.snapshot?.lanes ?? [];
    return lanes.every(({ users, account, backlog }) => users === 0 && account.open === 0 && !backlog.tasks);
  }

  /** Resolves to whether it came to hold within the limit. */
  async #until(holds: () => boolean, limitMs: number, measured?: Measured): Promise<boolean> {
    const end = performance.now() + limitMs;
    while (performance.now() < end) {
      if (holds()) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      measured?.sample();
    }
    return holds();
  }

  #say(data: TourState) {
    this.#take({ name: 'tour', at: Date.now(), data });
  }
}

function isRunning({ latest }: Measured, service: string): boolean {
  return latest?.services.some(({ name, state }) => name === service && state === 'running') ?? false;
}

/** Nothing is open and, where there are promises, each is kept or known to be lost. */
function isSettled({ latest, jobs }: Measured): boolean {
  if (!latest || latest.users > 0 || latest.account.open > 0) return false;
  return !jobs || (jobs.notYet === 0 && jobs.lost !== null);
}
