/** What is wished for at present, and what each lane is told of it. Of two pages that disagree the last one holds. */
import { BARRAGE, type Command, DEFAULT_TASK_MS, MAX_TASK_MS_DIRECT, MAX_USERS, type Orders } from '../contract.ts';
import type { Kernel } from '../lanes/kernel.ts';
import type { RemoteLane } from '../lanes/remote.ts';

/** How long a lane has its turn. */
const TURN_MS = 6_000;
/** After load or a fault, hearts beat often for so long. */
const AFTERMATH_MS = 10_000;

export type LoadCommand = Extract<Command, { do: 'users' | 'task' | 'barrage' | 'stop' | 'solo' }>;

export class Wishes {
  readonly #lanes: readonly RemoteLane[];
  readonly #kernel: Kernel;
  readonly #barrageUntil = new Map<string, number>();
  readonly #told = new Map<string, string>();
  readonly #users: Record<string, number>;
  #taskMs = DEFAULT_TASK_MS;
  #solo: boolean;
  #by: string | null = null;
  #at = Date.now();
  #turnSince = 0;
  #turn = 0;
  #stirredAt = 0;

  constructor(lanes: readonly RemoteLane[], kernel: Kernel, solo: boolean) {
    this.#lanes = lanes;
    this.#kernel = kernel;
    this.#solo = solo;
    this.#users = Object.fromEntries(lanes.map(({ lane }) => [lane, 0]));
    this.#size();
  }

  /** `by`: the page whose command it is; null: nobody is there any more. */
  take(command: LoadCommand, by: string | null): void {
    this.#by = by;
    this.#at = Date.now();
    switch (command.do) {
      case 'users':
        for (const lane of this.#named(command.lane)) this.#users[lane] = command.users;
        break;
      case 'barrage':
        for (const lane of this.#named(command.lane)) this.#barrageUntil.set(lane, Date.now() + BARRAGE.ms);
        break;
      case 'task':
        this.#taskMs = command.ms;
        this.#size();
        break;
      case 'solo':
        this.#solo = command.on;
        break;
      case 'stop':
        for (const lane of this.#named(undefined)) this.#users[lane] = 0;
        this.#barrageUntil.clear();
    }
    this.apply();
  }

  get orders(): Orders {
    const soloLane = this.#solo ? (this.#lane(this.#turn)?.lane ?? null) : null;
    return { users: { ...this.#users }, taskMs: this.#taskMs, solo: this.#solo, soloLane, by: this.#by, at: this.#at };
  }

  /** Whether there is load, or was or was a fault shortly ago. */
  get isLively(): boolean {
    return Date.now() - this.#stirredAt < AFTERMATH_MS;
  }

  stir(): void {
    this.#stirredAt = Date.now();
  }

  /** Tells each lane what has changed for it; to be called now and then, as turns and barrages end by themselves. */
  apply(): void {
    if (this.#solo) this.#takeTurns();
    for (const lane of this.#lanes) {
      const { users, barrage } = this.#of(lane);
      if (users > 0) this.stir();
      const told = `${users} ${barrage}`;
      if (this.#told.get(lane.lane) === told) continue;
      this.#told.set(lane.lane, told);
      lane.tell({ do: 'users', users, barrage });
    }
  }

  #of(lane: RemoteLane): { users: number; barrage: number } {
    if (this.#solo && lane !== this.#lane(this.#turn)) return { users: 0, barrage: 0 };
    const wished = this.#wished(lane);
    const isBarrage = (this.#barrageUntil.get(lane.lane) ?? 0) > Date.now();
    const barrage = isBarrage ? Math.min(BARRAGE.users, MAX_USERS - wished) : 0;
    return { users: wished + barrage, barrage };
  }

  /** Only lanes with something to do have a turn. */
  #takeTurns(): void {
    const idle = (turn: number) => !this.#wants(this.#lane(turn));
    if (Date.now() - this.#turnSince < TURN_MS && !idle(this.#turn)) return;
    for (let n = 1; n <= this.#lanes.length; n++) {
      const next = (this.#turn + n) % this.#lanes.length;
      if (idle(next)) continue;
      this.#turn = next;
      this.#turnSince = Date.now();
      return;
    }
  }

  #wants(lane: RemoteLane | undefined): boolean {
    return lane !== undefined && (this.#wished(lane) > 0 || (this.#barrageUntil.get(lane.lane) ?? 0) > Date.now());
  }

  #wished = ({ lane }: RemoteLane) => this.#users[lane] ?? 0;

  #lane = (turn: number) => this.#lanes[turn];

  #named(lane: string | undefined): string[] {
    return this.#lanes.map(({ lane }) => lane).filter((name) => lane === undefined || name === lane);
  }

  /** Where a size is not known yet, the load goes on with the one before it. */
  #size(): void {
    const ms = this.#taskMs;
    for (const lane of this.#lanes) {
      const known = this.#kernel.size(lane.lane === 'queue' ? ms : Math.min(ms, MAX_TASK_MS_DIRECT));
      void known.then((size) => this.#taskMs === ms && lane.tell({ do: 'size', size }));
    }
  }
}
