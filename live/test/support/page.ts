/** A page as the server sees it: an event stream that is read, and what came of it. */

import { waitFor } from '../../../gateway/test/support/wait.ts';
import { EVENTS, type Hello, type Lane, type Snapshot, type Tick } from '../../src/contract.ts';

type Name = keyof typeof EVENTS;

/** For a machine with much else to do; just short of a test's own limit. */
const LIMIT_MS = 50_000;

export class Page {
  readonly #abort = new AbortController();
  readonly events: { name: Name; data: unknown }[] = [];
  /** The latest state of each heartbeat, by lane and number. */
  readonly ticks = new Map<string, Map<number, Tick>>();

  static async open(url: string, token: string, you?: string): Promise<Page> {
    const page = new Page();
    const headers = { authorization: `Bearer ${token}`, ...(you ? { 'x-page': you } : {}) };
    const response = await fetch(`${url}/events`, { headers, signal: page.#abort.signal });
    if (!response.ok) throw new Error(`no stream: ${response.status}`);
    void page.#read(response).catch(() => undefined);
    await waitFor('hello', () => page.events.length > 0);
    return page;
  }

  get hello(): Hello {
    return this.of('hello')[0] as Hello;
  }

  of<N extends Name>(name: N) {
    return this.events
      .filter((event) => event.name === name)
      .map(({ data }) => data as ReturnType<(typeof EVENTS)[N]['parse']>);
  }

  get last(): Snapshot | undefined {
    return this.of('snapshot').at(-1);
  }

  lane(name: string): Lane | undefined {
    return this.last?.lanes.find(({ lane }) => lane === name);
  }

  ticksOf(lane: string): Tick[] {
    return [...(this.ticks.get(lane)?.values() ?? [])];
  }

  until(what: string, condition: (page: this) => boolean, limitMs = LIMIT_MS): Promise<void> {
    return waitFor(what, () => condition(this), limitMs);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(part, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) this.#hear(frame);
    }
  }

  #hear(frame: string): void {
    const [, name, json] = /^event: (\w+)\ndata: (.*)$/s.exec(frame) ?? [];
    if (!name || !json) throw new Error(`no event: ${frame.slice(0, 100)}`);
    const data = EVENTS[name as Name].parse(JSON.parse(json));
    this.events.push({ name: name as Name, data });
    if (name !== 'snapshot') return;
    for (const { lane, ticks } of (data as Snapshot).lanes) {
      const known = this.ticks.get(lane) ?? new Map<number, Tick>();
      this.ticks.set(lane, known);
      for (const tick of ticks) known.set(tick.n, tick);
    }
  }
}
