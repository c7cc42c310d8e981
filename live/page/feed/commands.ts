/** What a visitor wants done. */
import type { Command } from '../../src/contract.ts';
import type { Model } from '../model/model.ts';
import { authorization } from './token.ts';

/** Null where nothing can be done: in a recording. */
export type Send = ((command: Command) => Promise<boolean>) | null;

/** Sends commands; resolves with whether it was taken. What was refused is said on the page. */
export function commander(token: string, model: Model): NonNullable<Send> {
  return async (command) => {
    const refusal = await post(authorization(token, model), command);
    const at = Date.now();
    if (refusal) model.take({ name: 'said', at, data: { at, says: refusal, problem: true } });
    return !refusal;
  };
}

async function post(rights: Record<string, string>, command: Command): Promise<string | null> {
  try {
    const answer = await fetch('commands', {
      method: 'POST',
      headers: { ...rights, 'Content-Type': 'application/json' },
      body: JSON.stringify(command),
    });
    if (answer.ok) return null;
    const problem = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string };
    return problem.detail ?? problem.title ?? `the server answered ${answer.status}`;
  } catch {
    return 'the server cannot be reached: nothing was done';
  }
}
