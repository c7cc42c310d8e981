/** Before anything is measured: a wrong answer is not a fast answer. */
import { isDeepStrictEqual } from 'node:util';
import { Answer } from '@heavy-lifter/gateway/contract';
import { workload } from '@heavy-lifter/workloads';
import { Failure } from '../failure.ts';
import { askTask } from '../load/target.ts';

export interface Verified {
  /** Golden cases that were answered rightly: all of them. */
  readonly vectors: number;
}

/** Holds the generator's own kernel, then the service, against the golden cases. Throws a `Failure` of 2 on the first wrong one. */
export async function verify(gatewayUrl: string, mode: string, signal: AbortSignal): Promise<Verified> {
  const { golden } = workload;
  for (const { task, answer } of golden) {
    const own = workload.solve(task);
    if (!isDeepStrictEqual(own, answer))
      throw wrong('the generator itself', { ...task, ...answer }, JSON.stringify(own));
  }
  for (const [index, { task, answer: right }] of golden.entries()) {
    signal.throwIfAborted();
    const { status, body } = await askTask(gatewayUrl, task, signal, index % 4 === 3);
    if (status === 202) throw new Failure('verify: a job was accepted but not done in time: does a worker run?');
    const answer = Answer.safeParse(status === 200 ? JSON.parse(body) : undefined).data;
    if (!answer)
      throw new Failure(`verify: ${JSON.stringify(task)} was answered with ${status} ${body.slice(0, 300)}`, 2);
    if (answer.mode !== mode) throw new Failure(`verify: this gateway is in mode ${answer.mode}, not ${mode}`);
    const should = { ...task, ...right };
    if (!isDeepStrictEqual({ ...answer, ...should }, answer)) throw wrong('the service', should, body);
  }
  return { vectors: golden.length };
}

function wrong(who: string, should: object, is: string): Failure {
  return new Failure(`verify: ${who} is wrong: ${JSON.stringify(should)} gave ${is}. Nothing is measured.`, 2);
}
