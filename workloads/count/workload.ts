/** `count`: sums a mixing function over a range of integers, in as many chunks as are asked for. See README.md. */
import type { Workload } from '../types.ts';
import { expectedChecksum, golden, SeedCases, toHex } from './cases.ts';
import { merge, type Part, type Result } from './js.ts';
import {
  type Answer,
  answerShape,
  DEFAULT_TASK,
  MAX_CHUNKS,
  MAX_OPS_DIRECT,
  MAX_OPS_QUEUED,
  MAX_SEED,
  storedShape,
  type Task,
  TURN_OPS,
  taskSchema,
  taskShape,
} from './task.ts';

export type { Answer, Part, Result, Task };

const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const fileOf = (name: string) => new URL(`./${name}${extension}`, import.meta.url);

export const workload = {
  unit: 'ops',
  defaultTask: DEFAULT_TASK,
  maxChunks: MAX_CHUNKS,
  maxSize: { direct: MAX_OPS_DIRECT, queued: MAX_OPS_QUEUED },
  usualRate: 1e9,
  // Whole cycles: nothing of it need be computed here.
  longSize: 5 * 2 ** 32,
  turnSize: TURN_OPS,
  parameters: [
    { name: 'ops', minimum: 1, maximum: MAX_OPS_QUEUED, byDefault: DEFAULT_TASK.ops },
    { name: 'chunks', minimum: 1, maximum: MAX_CHUNKS, byDefault: DEFAULT_TASK.chunks },
    { name: 'seed', minimum: 0, maximum: MAX_SEED, byDefault: DEFAULT_TASK.seed },
  ],
  taskShape,
  storedShape,
  answerShape,

  taskSchema,
  sizeOf: ({ ops }) => ops,
  chunksOf: ({ chunks }) => chunks,
  taskOf: (ops, chunks = 1, seed = 0) => ({ ops, chunks: Math.min(chunks, ops), seed: seed >>> 0 }),
  keyOf: ({ ops, chunks, seed }) => `${ops} ${chunks} ${seed}`,
  queryOf: ({ ops, chunks, seed }) => `ops=${ops}&chunks=${chunks}&seed=${seed}`,
  nameOf: ({ seed }) => `seed ${seed}`,

  implementations: { js: fileOf('js'), 'wasm-simd': fileOf('wasm-simd') },
  partsOf({ ops, chunks, seed }): Part[] {
    // BigInt only here, at most 65 times a task: k * ops passes 2^53 for the largest tasks.
    const edge = (k: number) => Number((BigInt(k) * BigInt(ops)) / BigInt(chunks));
    return Array.from({ length: chunks }, (_, k) => [seed, edge(k), edge(k + 1)] as const);
  },
  merge,
  answerOf: ({ sum, count }: Result): Answer => ({ checksum: toHex(sum), count }),
  describe: ({ checksum }) => `checksum ${checksum}`,

  golden,
  solve: (task) => ({ checksum: toHex(expectedChecksum(task)), count: task.ops }),
  casesFrom: (task: Task, first?: Answer) =>
    new SeedCases(task, first ? Number.parseInt(first.checksum, 16) : expectedChecksum(task)),
} satisfies Workload<Task, Part, Result, Answer> & Record<`${string}Shape`, object>;
