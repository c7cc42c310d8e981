/** What the page keeps and records, apart from what it draws. */
import { describe, expect, it } from 'vitest';
import type { PageEvent } from '../page/model/events.ts';
import { Model } from '../page/model/model.ts';
import { verdict } from '../page/model/verdict.ts';
import { difference, patched } from '../page/record/patch.ts';
import { Playback } from '../page/record/playback.ts';
import { Recorder, recorded } from '../page/record/recorder.ts';
import type { Hello, Snapshot, Tick } from '../src/contract.ts';

const START = 1_000_000;
const orders = { users: { pool: 0 }, taskMs: 100, solo: false, soloLane: null, by: null, at: START };

function hello(startedAt = START): PageEvent {
  const machine = { cpu: 'a CPU', cores: 2, serviceCpus: '0', generatorCpus: '1' };
  const lanes = [{ lane: 'pool', url: 'http://127.0.0.1:1', says: '' }];
  const rest = { runtime: 'local', commit: 'c', opsPerMs: 1, parameters: [], notes: [], marks: [], orders } as const;
  const data = { v: 1, at: startedAt, you: 'me', startedAt, machine, lanes, ...rest } as unknown as Hello;
  return { name: 'hello', at: startedAt, data };
}

function snapshot(at: number, ticks: Tick[] = [], more: Partial<Snapshot> = {}): PageEvent {
  const account = {
    sent: 0,
    ok: 0,
    accepted: 0,
    refused: 0,
    failed: 0,
    unknown: 0,
    open: 0,
    addsUp: true,
    wrong: 0,
    jobs: null,
  };
  const lane = {
    ...{ lane: 'pool', users: 0, barrage: 0, ticks, promisedPerS: 0, donePerS: 0, reasons: [], services: [], account },
    ...{ recent: { count: 0, p50: null, p99: null }, backlog: { tasks: 0, goneInS: 0 }, silentSince: null },
  };
  const data = { seq: 0, at, watchers: 1, generatorBusy: 0, serverBusy: 0, orders, lanes: [lane], marks: [], ...more };
  return { name: 'snapshot', at, data };
}

const live: PageEvent = { name: 'link', at: START, data: { state: 'live', since: START } };
const tick = (n: number, state: Tick['state'], ms: number | null = null): Tick => ({
  n,
  at: START + n * 50,
  state,
  ms,
});

function told(...events: PageEvent[]): Model {
  const model = new Model();
  for (const event of events) model.take(event);
  return model;
}

describe('what is known of a lane', () => {
  const said = (...ticks: Tick[]) => {
    const model = told(hello(), live, snapshot(START + 1_000, ticks));
    return verdict(model.lane('pool'), model.now, model.current);
  };

  it('is what its newest heartbeats say', () => {
    expect(said(tick(1, 'ok', 3), tick(2, 'ok', 5))).toMatchObject({ kind: 'answers' });
    expect(said(tick(1, 'ok', 3), tick(10, 'hole'), tick(11, 'hole'), tick(16, 'open'))).toEqual({
      kind: 'frozen',
      word: 'frozen',
      detail: '0.5 s',
    });
    expect(said(tick(1, 'hole', 400), tick(2, 'hole', 350))).toMatchObject({ kind: 'frozen', word: 'freezes' });
    expect(said(tick(1, 'ok', 120))).toMatchObject({ kind: 'slow' });
    expect(said(tick(1, 'failed', 2))).toMatchObject({ kind: 'gone' });
  });

  it('is nothing where only the page’s own server was late, unless the answer was quick all the same', () => {
    expect(said(tick(1, 'ours', 300), tick(2, 'ours'))).toMatchObject({ kind: 'unknown' });
    expect(said(tick(1, 'ours', 2))).toMatchObject({ kind: 'answers' });
  });

  it('is unknown as soon as the stream is not heard', () => {
    const model = told(hello(), live, snapshot(START + 100, [tick(1, 'ok', 1)]));
    model.take({ name: 'link', at: START, data: { state: 'lost', since: START } });
    expect(verdict(model.lane('pool'), model.now, model.current)).toMatchObject({ kind: 'unknown' });
  });

  it('has each heartbeat once, in its last state, for a minute', () => {
    const model = told(hello(), live, snapshot(START + 200, [tick(1, 'open'), tick(2, 'open')]));
    model.take(snapshot(START + 400, [tick(1, 'ok', 1), tick(3, 'open')]));
    expect(model.lane('pool').ticks).toEqual([tick(1, 'ok', 1), tick(2, 'open'), tick(3, 'open')]);
    model.take(snapshot(START + 61_000));
    expect(model.lane('pool').ticks).toEqual([]);
  });
});

describe('a stream that breaks off', () => {
  it('leaves a gap, and what was known goes on after it', () => {
    const model = told(hello(), live, snapshot(START + 100), hello(), snapshot(START + 5_000));
    expect(model.gaps).toEqual([{ from: START + 100, to: START + 5_000 }]);
    expect(model.lane('pool').points.map(({ done }) => done)).toEqual([0, null, 0]);
  });

  it('of a server that began anew leaves nothing of the run before', () => {
    const model = told(hello(), live, snapshot(START + 100, [tick(1, 'ok', 1)]), hello(START + 9_000));
    expect(model.lane('pool').ticks).toEqual([]);
    expect(model.gaps).toEqual([]);
  });
});

describe('a recording', () => {
  const events = [
    hello(),
    live,
    ...Array.from({ length: 600 }, (_, i) => snapshot(START + 250 * i, [tick(i * 5, 'ok', i % 7)], { seq: i })),
  ];
  const model = new Model();
  const recorder = new Recorder(model);
  for (const event of events) {
    model.take(event);
    recorder.take(event);
  }

  it('is every event again, each minute beginning with all that has to be known', () => {
    const again = recorded(recorder.text);
    expect(again.filter(({ name }) => name === 'snapshot')).toEqual(events.filter(({ name }) => name === 'snapshot'));
    expect(again.filter(({ name }) => name === 'hello').length).toBe(3);
  });

  it('plays, ends, and goes back', () => {
    const replayed = new Model();
    const playback = new Playback(recorded(recorder.text), replayed);
    playback.playing = true;
    playback.speed = 4;
    playback.pass(1_000);
    expect(replayed.snapshot?.at).toBe(START + 4_000);
    playback.seek(playback.length);
    expect(replayed.snapshot?.at).toBe(model.snapshot?.at);
    expect(replayed.lane('pool').ticks).toEqual(model.lane('pool').ticks);
    playback.seek(2_000);
    expect(replayed.snapshot?.at).toBe(START + 2_000);
    playback.pass(1_000_000);
    expect(playback.playing).toBe(false);
  });
});

describe('the difference of two values', () => {
  it.each([
    [{ a: 1 }, { a: 1 }],
    [{ a: [1, 2] }, { a: [1, 3] }],
    [{ a: [1, 2] }, { a: [1] }],
    [{ a: { b: null } }, { a: { b: { c: 1 } } }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [[{ a: 1 }], [{ a: null }]],
    [null, { a: 1 }],
  ])('of %j and %j makes one of the other', (before, after) => {
    expect(patched(before, JSON.parse(JSON.stringify(difference(before, after) ?? {})))).toEqual(after);
  });
});
