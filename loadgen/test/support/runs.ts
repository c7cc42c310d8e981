/** A result from the examples, to change for a test. */
import { readFileSync } from 'node:fs';
import { Result } from '../../src/bench/result.ts';

const folder = new URL('../../examples/', import.meta.url);

export function exampleResult(): Result {
  return Result.parse(JSON.parse(readFileSync(new URL('result.json', folder), 'utf8')));
}

export function exampleReport(): string {
  return readFileSync(new URL('report.md', folder), 'utf8');
}
