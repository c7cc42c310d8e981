import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newsSince } from '../src/watch/events.ts';

const START = new Date('2026-01-01T12:00:00Z');
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'));
  file = join(folder, 'events.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const event = (time: string, name: string, detail?: string) =>
  JSON.stringify({ time: `2026-01-01T${time}Z`, service: 'gateway-unpooled', event: name, detail });

describe('what happened to the services', () => {
  it('is told from the start of the run, once for each kind with its number', () => {
    const lines = [
      event('11:59:59', 'memory-limit', 'before the run'),
      event('12:00:01', 'started'),
      event('12:00:02', 'memory-limit', '900 MiB'),
      event('12:00:03', 'restarted'),
      event('12:00:04', 'restarted'),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    expect(newsSince(START, file)).toEqual([
      'gateway-unpooled: memory-limit (900 MiB)',
      'gateway-unpooled: restarted, 2 times',
    ]);
  });

  it('skips a line that is no event', () => {
    writeFileSync(file, `{"time":1}\n${event('12:00:01', 'killed')}\n`);
    expect(newsSince(START, file)).toEqual(['gateway-unpooled: killed']);
  });

  it('survives a last line that is still being written', () => {
    writeFileSync(file, `${event('12:00:01', 'killed')}\n{"time":"2026-`);
    expect(newsSince(START, file)).toEqual(['gateway-unpooled: killed']);
  });

  it('is bounded', () => {
    const lines = Array.from({ length: 50 }, (_, n) => event('12:00:01', 'exited', `code ${n}`));
    writeFileSync(file, lines.join('\n'));
    expect(newsSince(START, file)).toHaveLength(20);
  });

  it('is nothing without a log', () => {
    expect(newsSince(START, undefined)).toEqual([]);
    expect(newsSince(START, join(folder, 'absent'))).toEqual([]);
  });
});
