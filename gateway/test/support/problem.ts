import { expect } from 'vitest';
import { Problem } from '../../src/contract.ts';

/** The problem document that an answer is, with that status and code and nothing internal in it. */
export async function problemOf(response: Response, status: number, code: string): Promise<Problem> {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = Problem.parse(await response.json());
  expect(problem).toMatchObject({ status, code, requestId: response.headers.get('x-request-id') });
  expect(response.status).toBe(status);
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.ts:|\.js:/);
  return problem;
}
