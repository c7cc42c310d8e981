import { readFileSync } from 'node:fs';

export interface Vector {
  ops: number;
  chunks: number;
  seed: number;
  checksum: string;
}

/** The golden cases that every implementation is held against. */
export const vectors: Vector[] = JSON.parse(
  readFileSync(new URL('../../../workload/vectors.json', import.meta.url), 'utf8'),
);
