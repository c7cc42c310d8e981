/** What the page knows. Events go in; the elements read it. The same for a live run and for a recorded one. */
import type { Asked, Control, Hello, Mark, Orders, Said, Snapshot, Trace } from '../../src/contract.ts';
import type { Link, PageEvent, TourState } from './events.ts';
import { KEPT_MS, LaneHistory } from './lane.ts';

const MAX_SAID = 30;
const MAX_ASKED = 8;
/** A stream that says nothing for so long has left a gap. */
const GAP_MS = 1_500;

export class Model {
  hello: Hello | null = null;
  snapshot: Snapshot | null = null;
  link: Link = { state: 'opening', since: 0 };
  tour: TourState | null = null;
  trace: Trace | null = null;
  /** The queue that loses, if it was asked for. */
  control: Control | null = null;
  readonly lanes = new Map<string, LaneHistory>();
  /** All of this run, by their number. */
  readonly marks = new Map<number, Mark>();
  readonly asked = new Map<string, Asked>();
  readonly said: Said[] = [];
  /** When nothing was heard: pairs of times by the server's clock. */
  readonly gaps: { readonly from: number; readonly to: number }[] = [];
  /** Counts what came in, so that who draws knows whether there is anything new. */
  version = 0;

  /** The last time of the server that is known; its charts end there. */
  get now(): number {
    return this.snapshot?.at ?? this.hello?.at ?? 0;
  }

  /** What is shown is what is: false while nothing is heard. */
  get current(): boolean {
    return this.link.state === 'live' && this.snapshot !== null;
  }

  get orders(): Orders | null {
    return this.snapshot?.orders ?? this.hello?.orders ?? null;
  }

  /** As if nothing had been heard yet. Where the visitor is in the tour stays. */
  forget() {
    for (const kept of [this.lanes, this.marks, this.asked]) kept.clear();
    for (const kept of [this.gaps, this.said]) kept.length = 0;
    this.hello = null;
    this.snapshot = null;
    this.trace = null;
    this.control = null;
  }

  lane(name: string): LaneHistory {
    let history = this.lanes.get(name);
    if (!history) {
      history = new LaneHistory();
      this.lanes.set(name, history);
    }
    return history;
  }

  take(event: PageEvent) {
    this.version++;
    switch (event.name) {
      case 'hello':
        return this.#hello(event.data);
      case 'snapshot':
        return this.#snapshot(event.data);
      case 'trace':
        this.trace = event.data;
        return;
      case 'asked':
        return keep(this.asked, event.data, MAX_ASKED);
      case 'said':
        this.said.push(event.data);
        this.said.splice(0, this.said.length - MAX_SAID);
        return;
      case 'control':
        this.control = event.data;
        return;
      case 'link':
        this.link = event.data;
        return;
      case 'tour':
        this.tour = event.data;
    }
  }

  /** Another start of the server is another run: nothing of the one before may stand beside it. */
  #hello(hello: Hello) {
    if (this.hello && this.hello.startedAt !== hello.startedAt) this.forget();
    this.hello = hello;
    for (const mark of hello.marks) this.marks.set(mark.n, mark);
    for (const { lane } of hello.lanes) this.lane(lane);
  }

  #snapshot(snapshot: Snapshot) {
    const before = this.snapshot?.at;
    if (before !== undefined && snapshot.at - before > GAP_MS) {
      this.gaps.push({ from: before, to: snapshot.at });
      for (const history of this.lanes.values()) history.gap(before + 1);
    }
    while (this.gaps[0] && this.gaps[0].to < snapshot.at - KEPT_MS) this.gaps.shift();
    this.snapshot = snapshot;
    for (const mark of snapshot.marks) this.marks.set(mark.n, mark);
    for (const lane of snapshot.lanes) this.lane(lane.lane).take(lane, snapshot.at);
  }

  /** Those that a chart of so long a time shows. */
  marksSince(at: number): Mark[] {
    return [...this.marks.values()].filter((mark) => mark.at >= at);
  }
}

/** The newest ones, by their id. */
function keep<T extends { readonly id: string }>(kept: Map<string, T>, item: T, most: number) {
  kept.set(item.id, item);
  for (const id of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(id);
  }
}
