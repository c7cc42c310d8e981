/** The folders of a program are floors: who comes later in a list may not import who comes before. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

interface House {
  readonly floors: readonly string[];
  /** Programs, what puts them together, and the lists of what they can do. */
  readonly programs: readonly string[];
}

const HOUSES: Record<string, House> = {
  loadgen: {
    floors: ['claims', 'compare', 'chaos ceilings operator', 'bench', 'queue', 'load', 'account engine', 'watch'],
    programs: ['main.ts', 'verbs.ts', 'readers.ts', 'queue/main.ts'],
  },
  live: {
    floors: ['show', 'http', 'follow', 'lanes services'],
    programs: ['main.ts', 'live.ts', 'lanes/thread.ts'],
  },
};

/** The top for programs, the bottom for the small files on the ground. */
function floorOf(file: string, { floors, programs }: House): number {
  if (programs.includes(file.split(sep).join('/'))) return -1;
  const [room = '', ...rest] = file.split(sep);
  if (rest.length === 0) return floors.length;
  const floor = floors.findIndex((rooms) => rooms.split(' ').includes(room));
  if (floor < 0) throw new Error(`${room} has no floor`);
  return floor;
}

it.each(Object.entries(HOUSES))('imports of %s run downwards only', (name, house) => {
  const src = fileURLToPath(new URL(`../../${name}/src`, import.meta.url));
  const upwards = globSync('**/*.ts', { cwd: src }).flatMap((file) => {
    const imported = readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g);
    return [...imported]
      .map(([, path = '']) => relative(src, join(src, dirname(file), path)))
      .filter((target) => floorOf(target, house) < floorOf(file, house))
      .map((target) => `${file} -> ${target}`);
  });
  expect(upwards).toEqual([]);
});
