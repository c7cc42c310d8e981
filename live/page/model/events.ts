/** Everything that changes what the page shows: what the server sends, and what the page adds of its own. */
import type { Asked, Control, Hello, Said, Snapshot, Trace } from '../../src/contract.ts';

/** Whether the server is heard. `refused`: it does not know our token. */
export interface Link {
  readonly state: 'opening' | 'live' | 'lost' | 'hidden' | 'refused';
  readonly since: number;
}

/** Where a visitor is in the tour. */
export interface TourState {
  /** From 0. */
  readonly chapter: number;
  readonly phase: 'guess' | 'running' | 'done';
  /** Which of the answers was guessed; null before. */
  readonly guess: number | null;
  /** What goes on or, at the end, what happened, in numbers of this run. */
  readonly lines: readonly string[];
}

export interface Events {
  readonly hello: Hello;
  readonly snapshot: Snapshot;
  readonly trace: Trace;
  readonly asked: Asked;
  readonly said: Said;
  readonly control: Control;
  readonly link: Link;
  readonly tour: TourState;
}

/** One of them, by its name. `at`: when it came to this page, by the page's clock. */
export type PageEvent = {
  [N in keyof Events]: { readonly name: N; readonly at: number; readonly data: Events[N] };
}[keyof Events];

export const FROM_SERVER = [
  'hello',
  'snapshot',
  'trace',
  'asked',
  'said',
  'control',
] as const satisfies (keyof Events)[];
